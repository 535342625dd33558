import type { FedChange } from "@roster/domain/contacts/contact-change.ts";
import { listContactChanges } from "@roster/usecases/contacts/change-feed.ts";
import { z } from "zod";
import { shownContact } from "./contact-output.ts";
import { Limit, procedure } from "./init.ts";

/** What became of the contacts, for whoever keeps a copy. */
export const followingContacts = {
  /**
   * Each contact, or that it was deleted, once, at its latest change. Where `reset` is true the page is the beginning: a copy is
   * emptied before it is applied.
   */
  changes: procedure
    .input(z.strictObject({ limit: Limit, cursor: z.string().optional() }))
    .query(async ({ ctx, input }) => {
      const page = await listContactChanges(ctx.deps, ctx.scope, input);
      return { ...page, changes: page.changes.map(shownChange) };
    }),
};

function shownChange(change: FedChange) {
  const at = change.at.toISOString();
  if (change.type === "deleted") return { ...change, at };
  return { ...change, contact: shownContact(change.contact), at };
}
