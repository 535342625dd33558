import fc from "fast-check";
import type { Attributes } from "../src/contacts/attributes.ts";
import type { Contact, ContactInput } from "../src/contacts/contact.ts";
import { singleWrite, type WritePolicy } from "../src/contacts/write-policy.ts";
import { ladder, type Tables } from "./row-oracle.ts";

// Contacts and rows out of small alphabets, so that everything collides.

/** The UUIDv7 of the nth contact. */
export const contactId = (n: number) => `01890a5d-ac96-7000-8000-${n.toString(16).padStart(12, "0")}`;

const anyEmail = fc.constantFrom("a@x.io", "b@x.io", "c@x.io", "d@x.io", "e@x.io");
const anyExternalId = fc.constantFrom("1", "2", "3");
const anyStatus = fc.constantFrom(...ladder);
const manyTags = (letter: string) => Array.from({ length: 30 }, (_, n) => `${letter}${n}`);
const anyTags = fc.oneof(
  { weight: 9, arbitrary: fc.uniqueArray(fc.constantFrom("t", "u", "v"), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(manyTags("p"), manyTags("q")) },
);
const anyPatch: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.constantFrom("plan", "city"),
  fc.constantFrom(null, 1, "x", { deep: [1] }),
  { maxKeys: 2 },
);
const anyText = fc.constantFrom(null, "x", "y");
/** Absent once in `times`. */
const orAbsent = <T>(arbitrary: fc.Arbitrary<T>, times = 2) =>
  fc.option(arbitrary, { nil: undefined, freq: times });
const given = (input: object): ContactInput =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
const anyInput = fc
  .record({
    email: orAbsent(anyEmail, 7),
    externalId: orAbsent(fc.oneof({ weight: 6, arbitrary: anyExternalId }, fc.constant(null))),
    firstName: orAbsent(anyText),
    consent: orAbsent(fc.constantFrom(null, "v1")),
    tags: orAbsent(fc.option(anyTags, { freq: 8 })),
    attributes: orAbsent(fc.option(anyPatch, { freq: 8 })),
    status: orAbsent(fc.oneof(anyStatus, fc.boolean())),
  })
  .map(given);
const anyContact = fc.record({
  email: anyEmail,
  externalId: fc.option(anyExternalId, { freq: 2 }),
  firstName: anyText,
  tags: anyTags,
  attributes: anyPatch.map((patch) =>
    Object.fromEntries(Object.entries(patch).filter(([, v]) => v !== null)),
  ),
  status: anyStatus,
  version: fc.integer({ min: 1, max: 3 }),
});
/** A database before a file comes in. */
export const anyTables: fc.Arbitrary<Tables> = fc
  .record({
    rows: fc.uniqueArray(anyContact, { selector: ({ email }) => email, maxLength: 4 }),
    left: fc.array(fc.tuple(anyEmail, fc.constantFrom(...ladder.slice(1))), { maxLength: 3 }),
  })
  .map(({ rows, left }) => {
    const blank = { name: null, lastName: null, phone: null, locale: null, consent: null, source: null };
    const contacts = rows.map(
      (row, i): Contact => ({ id: contactId(i), ...blank, createdJob: null, ...row }),
    );
    for (const [i, contact] of contacts.entries()) {
      const taken = contacts.slice(0, i).some(({ externalId }) => externalId === contact.externalId);
      if (taken) contact.externalId = null;
    }
    // Whoever holds an address is at least as strict as what the address left behind: taking it took that status.
    const held = (email: string) =>
      contacts.find((contact) => contact.email === email)?.status ?? "complained";
    const kept = left.filter(([email, status]) => ladder.indexOf(status) <= ladder.indexOf(held(email)));
    return { contacts, suppressions: new Map(kept), history: [] };
  });
const resubscribe = { consent: "Ticked the box." };
export const manyPolicies: fc.Arbitrary<WritePolicy> = fc.record({
  shape: fc.constant("many" as const),
  onExisting: fc.constantFrom("merge", "merge", "skip", "overwrite"),
  tags: fc.constant("add" as const),
  resubscribe: fc.constantFrom(null, resubscribe),
  optInNeedsConsent: fc.boolean(),
  defaults: fc.constant(null),
  listId: fc.constant(null),
});
export const anyPolicy = fc.oneof(
  { weight: 4, arbitrary: manyPolicies },
  fc.constantFrom<WritePolicy>(singleWrite, { ...singleWrite, resubscribe }),
);
/** The rows of a file, cut into batches. */
export const anyBatches = fc.array(fc.array(anyInput, { minLength: 1, maxLength: 7 }), { maxLength: 5 });
