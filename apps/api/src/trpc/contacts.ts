import { BulkChange } from "@roster/domain/bulk-change.ts";
import type { StoredContact } from "@roster/domain/contact.ts";
import { ContactSort } from "@roster/domain/contact-sort.ts";
import { JobName } from "@roster/domain/job.ts";
import { startBulkChange } from "@roster/usecases/bulk.ts";
import { bulkSubjectFields, readBulkSubjects } from "@roster/usecases/bulk-subjects.ts";
import { exportContactsPage } from "@roster/usecases/contact-export.ts";
import { listContactFields } from "@roster/usecases/contact-fields.ts";
import { findContacts } from "@roster/usecases/contact-find.ts";
import { lookUpContacts, lookupLimit } from "@roster/usecases/contact-lookup.ts";
import {
  deleteContact,
  eraseContact,
  getContact,
  updateContact,
  upsertContact,
} from "@roster/usecases/contacts.ts";
import { z } from "zod";
import { contactFields, contactInput } from "./contact-input.ts";
import { contactSelection } from "./contact-selection.ts";
import { Limit, procedure, router } from "./init.ts";

const Id = z.strictObject({ id: z.string() });

const List = z.strictObject({
  ...contactSelection,
  limit: Limit,
  /** From 1; means nothing beside a cursor. */
  page: z.int().min(1).max(1e9).optional(),
  cursor: z.string().optional(),
  sort: ContactSort.optional(),
});

const ExportPage = z.strictObject({ ...contactSelection, limit: Limit, cursor: z.string().optional() });

const Texts = z.array(z.string()).max(lookupLimit).optional();
const Lookup = z.strictObject({ emails: Texts, externalIds: Texts });

const Bulk = z.strictObject({
  ...bulkSubjectFields,
  change: BulkChange,
  /** What the job is called. */
  name: JobName.nullable().default(null),
});

/** A contact on the wire: times are ISO 8601 texts. */
function shown({ createdJob: _createdJob, createdAt, updatedAt, tags, ...contact }: StoredContact) {
  return {
    ...contact,
    tags: [...tags],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

export const contacts = router({
  list: procedure.input(List).query(async ({ ctx, input }) => {
    const page = await findContacts(ctx.deps, ctx.scope, input);
    return { ...page, contacts: page.contacts.map(shown) };
  }),

  /** A page of all that is selected, newest first, without a total; whoever walks on by the cursor gets each contact once. */
  exportPage: procedure.input(ExportPage).query(async ({ ctx, input }) => {
    const page = await exportContactsPage(ctx.deps, ctx.scope, input);
    return { ...page, contacts: page.contacts.map(shown) };
  }),

  /** Contacts by their emails or externalIds, in that order, and those of the texts that nobody has. */
  lookup: procedure.input(Lookup).query(async ({ ctx, input: { emails = [], externalIds = [] } }) => {
    const { found, notFound } = await lookUpContacts(ctx.deps, ctx.scope, { emails, externalIds });
    return { found: found.map(shown), notFound };
  }),

  /** The fields that contacts have, the custom ones last. */
  fields: procedure.query(({ ctx }) => listContactFields(ctx.deps, ctx.scope)),

  get: procedure
    .input(Id)
    .query(async ({ ctx, input }) => shown(await getContact(ctx.deps, ctx.scope, input.id))),

  /** Only creates: an email or externalId that is there already is refused. */
  create: procedure.input(z.strictObject(contactFields)).mutation(async ({ ctx, input }) => {
    const options = { onExisting: "refuse" as const };
    const { contact } = await upsertContact(ctx.deps, ctx.scope, contactInput(input), options);
    return shown(contact);
  }),

  /** Creates, or merges into the contact with this externalId or email. */
  upsert: procedure.input(z.strictObject(contactFields)).mutation(async ({ ctx, input }) => {
    const { contact, isNew, changed } = await upsertContact(ctx.deps, ctx.scope, contactInput(input));
    return { contact: shown(contact), isNew, changed };
  }),

  update: procedure
    .input(z.strictObject({ id: z.string(), ...contactFields }))
    .mutation(async ({ ctx, input: { id, ...fields } }) =>
      shown(await updateContact(ctx.deps, ctx.scope, id, contactInput(fields))),
    ),

  /** With `erase`, for a person who asked to be forgotten, whatever their status was: nothing mails the address again by itself. */
  delete: procedure
    .input(z.strictObject({ id: z.string(), erase: z.boolean().default(false) }))
    .mutation(async ({ ctx, input: { id, erase } }) => {
      await (erase ? eraseContact : deleteContact)(ctx.deps, ctx.scope, id);
      return { id };
    }),

  /** Starts a job that changes many contacts; see `jobs.watch`. */
  bulk: procedure
    .input(Bulk)
    .mutation(({ ctx, input: { change, name, ...subjects } }) =>
      startBulkChange(ctx.deps, ctx.scope, { subjects: readBulkSubjects(subjects), change, name }),
    ),
});
