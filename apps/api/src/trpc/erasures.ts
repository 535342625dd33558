import type { Erasure } from "@roster/domain/history/erasure.ts";
import { eraseAddress, getErasure, listErasures } from "@roster/usecases/history/erasures.ts";
import { z } from "zod";
import { Limit, procedure, router } from "./init.ts";

function shown({ requestedAt, finishedAt, ...erasure }: Erasure) {
  return {
    ...erasure,
    requestedAt: requestedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

/** People who asked to be forgotten, without saying who they are. */
export const erasures = router({
  /**
   * Forgets an address, whether there is a contact or not: the contact at once, copies of the address by a job; see `get`. Of
   * it a keyed hash stays, so that no import mails it again.
   */
  start: procedure
    .input(z.strictObject({ email: z.string() }))
    .mutation(async ({ ctx, input }) => shown(await eraseAddress(ctx.deps, ctx.scope, input.email))),

  /** Whether every copy is gone, and how many of what there were. */
  get: procedure
    .input(z.strictObject({ id: z.string() }))
    .query(async ({ ctx, input }) => shown(await getErasure(ctx.deps, ctx.scope, input.id))),

  list: procedure
    .input(z.strictObject({ limit: Limit, cursor: z.string().optional() }))
    .query(async ({ ctx, input }) => {
      const page = await listErasures(ctx.deps, ctx.scope, input);
      return { ...page, erasures: page.erasures.map(shown) };
    }),
});
