import { BulkChange } from "@roster/domain/bulk-change.ts";
import type { StoredContact } from "@roster/domain/contact.ts";
import { SearchText } from "@roster/domain/contact-filter.ts";
import { JobName } from "@roster/domain/job.ts";
import { Status } from "@roster/domain/status.ts";
import { startBulkChange } from "@roster/usecases/bulk.ts";
import { bulkSubjectFields, readBulkSubjects } from "@roster/usecases/bulk-subjects.ts";
import { listContacts } from "@roster/usecases/contact-list.ts";
import { deleteContact, getContact, updateContact, upsertContact } from "@roster/usecases/contacts.ts";
import { z } from "zod";
import { contactFields, contactInput } from "./contact-input.ts";
import { Limit, procedure, router } from "./init.ts";

const Id = z.strictObject({ id: z.string() });

const List = z.strictObject({
  limit: Limit,
  cursor: z.string().optional(),
  search: SearchText.optional(),
  status: Status.optional(),
  subscribed: z.boolean().optional(),
});

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
    const page = await listContacts(ctx.deps, ctx.scope, input);
    return { ...page, contacts: page.contacts.map(shown) };
  }),

  get: procedure
    .input(Id)
    .query(async ({ ctx, input }) => shown(await getContact(ctx.deps, ctx.scope, input.id))),

  /** Creates, or merges into the contact with this externalId or email; with `onExisting: "refuse"` it only creates. */
  upsert: procedure
    .input(z.strictObject({ ...contactFields, onExisting: z.enum(["merge", "refuse"]).optional() }))
    .mutation(async ({ ctx, input: { onExisting, ...fields } }) => {
      const { contact, isNew, changed } = await upsertContact(ctx.deps, ctx.scope, contactInput(fields), {
        onExisting,
      });
      return { contact: shown(contact), isNew, changed };
    }),

  update: procedure
    .input(z.strictObject({ id: z.string(), ...contactFields }))
    .mutation(async ({ ctx, input: { id, ...fields } }) =>
      shown(await updateContact(ctx.deps, ctx.scope, id, contactInput(fields))),
    ),

  delete: procedure.input(Id).mutation(async ({ ctx, input }) => {
    await deleteContact(ctx.deps, ctx.scope, input.id);
    return { id: input.id };
  }),

  /** Starts a job that changes many contacts; see `jobs.watch`. */
  bulk: procedure
    .input(Bulk)
    .mutation(({ ctx, input: { change, name, ...subjects } }) =>
      startBulkChange(ctx.deps, ctx.scope, { subjects: readBulkSubjects(subjects), change, name }),
    ),
});
