import { undoMerge } from "@roster/usecases/duplicates/merge-undo.ts";
import {
  getMerge,
  listMerges,
  type MergeView,
  mergeContacts,
  previewMerge,
} from "@roster/usecases/duplicates/merges.ts";
import { z } from "zod";
import { shownContact } from "./contact-output.ts";
import { Limit, procedure } from "./init.ts";

/** Who is one person: the contact that stays, and those that it takes up, in the order in which their values count. */
const Wish = z.strictObject({ keep: z.string(), merge: z.array(z.string()) });
const One = z.strictObject({ id: z.string() });

/** A merge on the wire: times are ISO 8601 texts. */
function shown({ createdAt, undoneAt, ...merge }: MergeView) {
  return { ...merge, createdAt: createdAt.toISOString(), undoneAt: undoneAt?.toISOString() ?? null };
}

/** Contacts that become one, and part again. */
export const merging = {
  /** Makes several contacts one; the others are deleted. Can be undone. */
  merge: procedure.input(Wish).mutation(async ({ ctx, input }) => {
    const { merge, contact } = await mergeContacts(ctx.deps, ctx.scope, input);
    return { merge: shown(merge), contact: shownContact(contact) };
  }),

  /** What the kept contact would be: nothing is written. */
  previewMerge: procedure.input(Wish).query(async ({ ctx, input }) => {
    const { contact } = await previewMerge(ctx.deps, ctx.scope, input);
    return { contact: shownContact(contact) };
  }),

  /** Newest first, also those that were undone. */
  merges: procedure
    .input(z.strictObject({ limit: Limit, cursor: z.string().optional() }))
    .query(async ({ ctx, input }) => {
      const page = await listMerges(ctx.deps, ctx.scope, input);
      return { ...page, merges: page.merges.map(shown) };
    }),

  getMerge: procedure
    .input(One)
    .query(async ({ ctx, input }) => shown(await getMerge(ctx.deps, ctx.scope, input.id))),

  /** Who was merged is there again; `rest` names what of the merge stays, and why. */
  undoMerge: procedure.input(One).mutation(async ({ ctx, input }) => {
    const { merge, contact, returned, rest } = await undoMerge(ctx.deps, ctx.scope, input.id);
    return {
      merge: shown(merge),
      contact: shownContact(contact),
      returned: returned.map(shownContact),
      rest,
    };
  }),
};
