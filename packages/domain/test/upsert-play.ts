import type { Contact, ContactInput } from "../src/contacts/contact.ts";
import { ContactBook } from "../src/contacts/contact-book.ts";
import type { Status } from "../src/contacts/status.ts";
import { applyChange, applyUpsert, noEffects, type UpsertContext } from "../src/contacts/upsert.ts";
import { bulkWrite, type WritePolicy } from "../src/contacts/write-policy.ts";
import type { RowOutcome } from "../src/imports/import-report.ts";

export const ann: Contact = {
  id: "id-ann",
  email: "ann@example.com",
  externalId: "x-ann",
  name: null,
  firstName: "Ann",
  lastName: null,
  phone: null,
  locale: null,
  tags: ["vip"],
  attributes: { plan: "pro" },
  status: "active",
  consent: null,
  source: null,
  version: 3,
  createdJob: null,
};
export const bob: Contact = {
  ...ann,
  id: "id-bob",
  email: "bob@example.com",
  externalId: null,
  firstName: "Bob",
};

/**
 * A tenant with some contacts, to which rows are applied.
 * @param left statuses that addresses left behind
 */
export function play(
  stored: readonly Contact[],
  policy: WritePolicy = bulkWrite,
  left: Readonly<Record<string, Status>> = {},
) {
  const book = new ContactBook(stored);
  const effects = noEffects();
  let made = 0;
  const context: UpsertContext = {
    policy,
    book,
    newId: () => `id-new${++made}`,
    suppressions: new Map(Object.entries(left)),
    jobId: "job-1",
    source: "import",
  };
  return {
    book,
    /** A contact as it is now. */
    byId: (id: string) => {
      const { created, updated } = book.changes();
      const made = [...created, ...updated.map(({ after }) => after)];
      return [...made, ...stored].find((contact) => contact.id === id);
    },
    effects,
    row: (input: ContactInput) => applyUpsert(input, context, effects),
    change: (contact: Contact, input: ContactInput) => applyChange(contact, input, context, effects),
  };
}

export function problemOf(outcome: RowOutcome) {
  if (outcome.kind !== "failed") throw new Error(`The row was ${outcome.kind}, and not failed.`);
  return outcome.problem;
}
