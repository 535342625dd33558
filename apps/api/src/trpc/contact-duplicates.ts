import { DuplicateEvidence } from "@roster/domain/duplicates/duplicate-key.ts";
import { listDuplicates, startDuplicateSearch } from "@roster/usecases/duplicates/duplicates.ts";
import { z } from "zod";
import { shownContact } from "./contact-output.ts";
import { Limit, procedure } from "./init.ts";

/** Contacts who are likely the same person. */
export const comparing = {
  /** Starts a search over all contacts, or names the one that has not ended; see `jobs.watch`. */
  findDuplicates: procedure
    .input(z.strictObject({}).optional())
    .mutation(({ ctx }) => startDuplicateSearch(ctx.deps, ctx.scope)),

  /** What the last finished search found, by evidence and key. */
  duplicates: procedure
    .input(
      z.strictObject({
        limit: Limit,
        cursor: z.string().optional(),
        evidence: DuplicateEvidence.optional(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { groups, run, ...page } = await listDuplicates(ctx.deps, ctx.scope, input);
      return {
        ...page,
        run: run && { ...run, finishedAt: run.finishedAt.toISOString() },
        groups: groups.map((group) => ({ ...group, contacts: group.contacts.map(shownContact) })),
      };
    }),
};
