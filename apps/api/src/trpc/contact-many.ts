import { bulkWrite, upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import { readDefaults } from "@roster/domain/imports/import-default.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import type { RowResult } from "@roster/domain/imports/import-row.ts";
import { rowProblem } from "@roster/domain/imports/row-problem.ts";
import { BulkChange } from "@roster/domain/jobs/bulk-change.ts";
import { JobName } from "@roster/domain/jobs/job.ts";
import { requireBulkImport } from "@roster/usecases/accounts/authentication.ts";
import { startBulkChange } from "@roster/usecases/bulk/bulk.ts";
import { bulkNowLimit, changeContactsNow } from "@roster/usecases/bulk/bulk-now.ts";
import { bulkSubjectFields, readBulkSubjects } from "@roster/usecases/bulk/bulk-subjects.ts";
import { upsertRows } from "@roster/usecases/contacts/contact-upserts.ts";
import { deleteContactsByEmail } from "@roster/usecases/contacts/contacts-by-email.ts";
import { z } from "zod";
import { refusedIssues, within } from "../refused-items.ts";
import { contactFields, contactInput, Resubscribe } from "./contact-input.ts";
import { Emails } from "./contact-lookup.ts";
import { procedure } from "./init.ts";

const Bulk = z.strictObject({
  ...bulkSubjectFields,
  change: BulkChange,
  /** What the job is called. */
  name: JobName.nullable().default(null),
});

const ChangeNow = z.strictObject({
  ids: z.array(z.string()).min(1).max(bulkNowLimit, `At most ${bulkNowLimit} are changed at once.`),
  change: BulkChange,
});

/** One of many: an address that is none fails its row, and not the call. */
const Item = z.strictObject({ ...contactFields, email: z.string().optional() });

const UpsertMany = z.strictObject({
  contacts: z.array(Item).max(upsertLimit, `At most ${upsertLimit} fit in one call. Import more as a file.`),
  onExisting: ImportPolicy.shape.onExisting,
  /** What becomes of the tags that a contact has. */
  tagging: z.enum(["add", "replace"]).default("add"),
  /** For what a contact of the list does not say; see an import's. */
  defaults: ImportPolicy.shape.defaults,
  /** The list that all of them are put on, also who is skipped. */
  listId: ImportPolicy.shape.listId,
  optInNeedsConsent: z.boolean().default(false),
  resubscribe: Resubscribe.nullable().default(null),
  /** Where any row fails nothing is written, and the call is refused with the rows at fault. */
  allOrNothing: z.boolean().default(false),
});

function rowOf({ email, ...fields }: z.output<typeof Item>): RowResult {
  const input = contactInput(fields);
  if (email === undefined) return { ok: true, input };
  const parsed = parseEmail(email);
  if (parsed.ok) return { ok: true, input: { ...input, email: parsed.email } };
  return { ok: false, problem: rowProblem("email_invalid", "email", email, parsed.message) };
}

/** What is done to many contacts: at once, or by a job. */
export const manyContacts = {
  /** Creates or merges a list in one transaction, as if each was sent by itself, but that nobody who left comes back by a status. */
  upsertMany: procedure
    .input(UpsertMany)
    .mutation(
      async ({ ctx, input: { contacts, tagging, defaults, listId = null, allOrNothing, ...leave } }) => {
        requireBulkImport(ctx.scope);
        const read = readDefaults(defaults);
        const policy = {
          ...bulkWrite,
          ...leave,
          tags: tagging,
          listId,
          defaults: read.ok ? read.defaults : null,
        };
        const rows = contacts.map(rowOf);
        const done = await upsertRows(ctx.deps, ctx.scope, { rows, policy, allOrNothing });
        if (!allOrNothing || done.report.counters.failed === 0) return done;
        throw refusedIssues(
          done.outcomes.flatMap((outcome, index) =>
            outcome.kind === "failed" ? [within(`contacts.${index}`, outcome.problem)] : [],
          ),
        );
      },
    ),

  /** Changes few contacts before it answers. It cannot be undone; what `bulk` starts can. */
  changeNow: procedure
    .input(ChangeNow)
    .mutation(({ ctx, input }) => changeContactsNow(ctx.deps, ctx.scope, input)),

  /** Deletes contacts by their addresses, in one transaction. */
  deleteByEmail: procedure.input(Emails).mutation(async ({ ctx, input }) => {
    const { deleted, notFound } = await deleteContactsByEmail(ctx.deps, ctx.scope, input.emails);
    return { deleted, notFound };
  }),

  /** Starts a job that changes many contacts; see `jobs.watch`. */
  bulk: procedure
    .input(Bulk)
    .mutation(({ ctx, input: { change, name, ...subjects } }) =>
      startBulkChange(ctx.deps, ctx.scope, { subjects: readBulkSubjects(subjects), change, name }),
    ),
};
