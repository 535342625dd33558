import { ContactSort } from "@roster/domain/contacts/contact-sort.ts";
import { exportContactsPage } from "@roster/usecases/contacts/contact-export.ts";
import { findContacts } from "@roster/usecases/contacts/contact-find.ts";
import {
  deleteContact,
  eraseContact,
  getContact,
  updateContact,
  upsertContact,
} from "@roster/usecases/contacts/contacts.ts";
import { getContactScore } from "@roster/usecases/scores/contact-scores.ts";
import { z } from "zod";
import { followingContacts } from "./contact-changes.ts";
import { comparing } from "./contact-duplicates.ts";
import { contactHistory } from "./contact-history.ts";
import { ContactRef, contactFields, contactInput, Resubscribe } from "./contact-input.ts";
import { lookingUp } from "./contact-lookup.ts";
import { manyContacts } from "./contact-many.ts";
import { merging } from "./contact-merges.ts";
import { shownContact } from "./contact-output.ts";
import { contactSelection } from "./contact-selection.ts";
import { Limit, procedure, router } from "./init.ts";

const Named = z.strictObject({ id: ContactRef });

const List = z.strictObject({
  ...contactSelection,
  limit: Limit,
  /** From 1; means nothing beside a cursor. */
  page: z.int().min(1).max(1e9).optional(),
  cursor: z.string().optional(),
  /** Not beside `updatedSince`, which has an order of its own. */
  sort: ContactSort.optional(),
});

const ExportPage = z.strictObject({ ...contactSelection, limit: Limit, cursor: z.string().optional() });

/** Whether a new contact is active only if it says so or brings a consent. */
const optInNeedsConsent = z.boolean().optional();
/** Leave to bring back, by `status: true`, somebody who bounced. */
const resubscribe = Resubscribe.optional();

const Upsert = z.strictObject({
  ...contactFields,
  optInNeedsConsent,
  resubscribe,
  /** What becomes of the tags that the contact has: `add` where it is absent. */
  tagging: z.enum(["add", "replace"]).optional(),
});

const Update = z.strictObject({
  ...Named.shape,
  ...contactFields,
  resubscribe,
  /** Refuses an email other than the contact's own. */
  emailStays: z.boolean().default(false),
});

export const contacts = router({
  list: procedure.input(List).query(async ({ ctx, input }) => {
    const page = await findContacts(ctx.deps, ctx.scope, input);
    return { ...page, contacts: page.contacts.map(shownContact) };
  }),

  /** A page of all that is selected, newest first, without a total; whoever walks on by the cursor gets each contact once. */
  exportPage: procedure.input(ExportPage).query(async ({ ctx, input }) => {
    const page = await exportContactsPage(ctx.deps, ctx.scope, input);
    return { ...page, contacts: page.contacts.map(shownContact) };
  }),

  get: procedure
    .input(Named)
    .query(async ({ ctx, input }) => shownContact(await getContact(ctx.deps, ctx.scope, input.id))),

  /** The contact's score at this moment, and why. */
  score: procedure.input(Named).query(({ ctx, input }) => getContactScore(ctx.deps, ctx.scope, input.id)),

  /** Only creates: an email or externalId that is there already is refused. */
  create: procedure
    .input(z.strictObject({ ...contactFields, optInNeedsConsent }))
    .mutation(async ({ ctx, input: { optInNeedsConsent, ...fields } }) => {
      const options = { onExisting: "refuse" as const, optInNeedsConsent };
      const { contact } = await upsertContact(ctx.deps, ctx.scope, contactInput(fields), options);
      return shownContact(contact);
    }),

  /** Creates, or merges into the contact with this externalId or email. */
  upsert: procedure
    .input(Upsert)
    .mutation(async ({ ctx, input: { tagging: tags, optInNeedsConsent, resubscribe, ...fields } }) => {
      const options = { tags, optInNeedsConsent, resubscribe };
      const done = await upsertContact(ctx.deps, ctx.scope, contactInput(fields), options);
      return { ...done, contact: shownContact(done.contact) };
    }),

  /** Changes a contact that is there: tags replace the set. */
  update: procedure
    .input(Update)
    .mutation(async ({ ctx, input: { id, resubscribe, emailStays, ...fields } }) => {
      const options = { resubscribe, emailStays };
      return shownContact(await updateContact(ctx.deps, ctx.scope, id, contactInput(fields), options));
    }),

  /**
   * Answers with what named the contact. With `erase`, for a person who asked to be forgotten, whatever their status was: nothing
   * mails the address again by itself.
   */
  delete: procedure
    .input(z.strictObject({ ...Named.shape, erase: z.boolean().default(false) }))
    .mutation(async ({ ctx, input: { id, erase } }) => {
      if (erase) return { id, erasureId: (await eraseContact(ctx.deps, ctx.scope, id)).id };
      await deleteContact(ctx.deps, ctx.scope, id);
      return { id, erasureId: null };
    }),

  ...lookingUp,
  ...followingContacts,
  ...comparing,
  ...merging,
  ...contactHistory,
  ...manyContacts,
});
