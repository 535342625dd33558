import { ListName } from "@roster/domain/lists/list.ts";
import {
  addToList,
  listsOfContact,
  removeFromList,
  removeOneFromList,
} from "@roster/usecases/lists/list-members.ts";
import {
  allLists,
  createList,
  deleteLists,
  duplicateList,
  getList,
  type List,
  listLists,
  renameList,
} from "@roster/usecases/lists/lists.ts";
import { z } from "zod";
import { ContactRef } from "./contact-input.ts";
import { Limit, procedure, router } from "./init.ts";

/** One list: its id, or its short name. */
const ListRef = z.union([z.string(), z.strictObject({ slug: z.string() })]);
const Named = z.strictObject({ id: ListRef });

/** Whom a change of a list is about. */
const Members = z.union([
  z.strictObject({ ...Named.shape, ids: z.array(z.string()) }),
  z.strictObject({ ...Named.shape, emails: z.array(z.string()) }),
]);

/** A list on the wire: times are ISO 8601 texts. */
function shown({ createdAt, updatedAt, ...list }: List) {
  return { ...list, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

/** Static lists: who is on one was put there. Their contacts: `contacts.list` with `listId`. */
export const lists = router({
  /** Newest first. */
  list: procedure
    .input(z.strictObject({ limit: Limit, cursor: z.string().optional() }).default({ limit: 50 }))
    .query(async ({ ctx, input }) => {
      const page = await listLists(ctx.deps, ctx.scope, input);
      return { ...page, lists: page.lists.map(shown) };
    }),

  /** All of them, newest first: for a menu. */
  all: procedure.query(async ({ ctx }) => (await allLists(ctx.deps, ctx.scope)).map(shown)),

  get: procedure
    .input(Named)
    .query(async ({ ctx, input }) => shown(await getList(ctx.deps, ctx.scope, input.id))),

  create: procedure
    .input(z.strictObject({ name: ListName }))
    .mutation(async ({ ctx, input }) => shown(await createList(ctx.deps, ctx.scope, input))),

  /** Its id and its short name stay. */
  rename: procedure
    .input(z.strictObject({ ...Named.shape, name: ListName }))
    .mutation(async ({ ctx, input }) => shown(await renameList(ctx.deps, ctx.scope, input.id, input))),

  /** All of them or none; the contacts stay. */
  delete: procedure
    .input(z.strictObject({ ids: z.array(ListRef).min(1).max(1000, "At most 1000 lists fit in one call.") }))
    .mutation(async ({ ctx, input }) => ({ deleted: await deleteLists(ctx.deps, ctx.scope, input.ids) })),

  /** A new list of everybody who is on this one now. */
  duplicate: procedure
    .input(z.strictObject({ ...Named.shape, name: ListName.optional() }))
    .mutation(async ({ ctx, input }) => shown(await duplicateList(ctx.deps, ctx.scope, input.id, input))),

  /** Puts up to 10,000 contacts on a list; more by `contacts.bulk` or an import. */
  addContacts: procedure
    .input(Members)
    .mutation(({ ctx, input: { id, ...who } }) => addToList(ctx.deps, ctx.scope, id, who)),

  removeContacts: procedure
    .input(Members)
    .mutation(({ ctx, input: { id, ...who } }) => removeFromList(ctx.deps, ctx.scope, id, who)),

  /** Refused where the contact is not on the list. */
  removeContact: procedure
    .input(
      z.strictObject({
        ...Named.shape,
        contact: z.union([z.strictObject({ id: z.string() }), z.strictObject({ email: z.string() })]),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      await removeOneFromList(ctx.deps, ctx.scope, input.id, input.contact);
      return input;
    }),

  /** The lists that a contact is on. */
  ofContact: procedure.input(z.strictObject({ contact: ContactRef })).query(async ({ ctx, input }) => {
    const lists = await listsOfContact(ctx.deps, ctx.scope, input.contact);
    return lists.map(({ addedAt, ...list }) => ({ ...shown(list), addedAt: addedAt.toISOString() }));
  }),
});
