import type { Contact, ContactInput } from "../src/contacts/contact.ts";
import type { Status } from "../src/contacts/status.ts";
import type { WritePolicy } from "../src/contacts/write-policy.ts";

/** Everything that the rows of a file can read and write, as a database would hold it. */
export type Tables = { contacts: Contact[]; suppressions: Map<string, Status>; history: string[] };

/** Statuses from the loosest to the strictest. */
export const ladder: Status[] = ["active", "unsubscribed", "bounced", "complained"];

export const failed = (code: string, contactId?: string) => ({ kind: "failed", code, contactId });

function oracleStatus(
  current: Status,
  wish: Status | boolean | undefined,
  policy: WritePolicy,
): { status: Status; kept: string | null } | null {
  const consented = policy.resubscribe !== null;
  if (wish === false) return { status: current === "active" ? "unsubscribed" : current, kept: null };
  if (policy.shape === "single") {
    if (wish === true && (current === "complained" || (current === "bounced" && !consented))) return null;
    return { status: wish === true ? "active" : (wish ?? current), kept: null };
  }
  const word = wish === true ? "active" : wish;
  if (word !== undefined && ladder.indexOf(word) >= ladder.indexOf(current))
    return { status: word, kept: null };
  if (current === "active") return { status: current, kept: null };
  const comesBack = consented && current !== "complained" && (word ?? "active") === "active";
  return comesBack ? { status: "active", kept: null } : { status: current, kept: `kept_${current}` };
}

function oracleFields(old: Contact, input: ContactInput, policy: WritePolicy): Contact {
  const { tags, attributes, status: _, ...texts } = input;
  const contact = { ...old, ...texts };
  const overwrite = policy.onExisting === "overwrite";
  if (tags === null) contact.tags = [];
  else if (tags !== undefined) contact.tags = [...new Set(overwrite ? tags : [...old.tags, ...tags])];
  if (attributes === null) contact.attributes = {};
  else if (attributes !== undefined) {
    const all = Object.entries({ ...(overwrite ? {} : old.attributes), ...attributes });
    contact.attributes = Object.fromEntries(all.filter(([, value]) => value !== null));
  }
  return contact;
}

function oracleTarget({ contacts }: Tables, { email, externalId }: ContactInput) {
  const holder = contacts.find((contact) => contact.email === email);
  if (typeof externalId !== "string") return email === undefined ? failed("email_missing") : holder;
  const known = contacts.find((contact) => contact.externalId === externalId);
  if (known !== undefined)
    return holder === undefined || holder === known ? known : failed("email_taken", holder.id);
  if (email === undefined) return failed("email_missing");
  return holder !== undefined && holder.externalId !== null ? failed("external_id_taken", holder.id) : holder;
}

const sortedJson = (contact: Contact) =>
  JSON.stringify({ ...contact, attributes: Object.entries(contact.attributes).sort() });

/**
 * One row applied to plain arrays: the oracle to which the book is held, written from the rules as they are published and
 * not from the code. Naive on purpose: it looks at every contact, and knows of no batches.
 * @param hit ids that earlier rows hit, in order; the row adds its own
 * @returns what became of the row
 */
export function oracleRow(
  tables: Tables,
  input: ContactInput,
  policy: WritePolicy,
  hit: string[],
  newId: () => string,
) {
  const target = oracleTarget(tables, input);
  if (target !== undefined && "kind" in target) return target;
  if (target !== undefined && policy.onExisting === "skip")
    return { kind: "skipped", contactId: target.id, kept: null };
  const blank = { externalId: null, name: null, firstName: null, lastName: null, phone: null, locale: null };
  const none = { tags: [], attributes: {}, consent: null, source: "test", createdJob: "job" };
  const old: Contact = target ?? {
    id: "",
    email: input.email!,
    ...blank,
    ...none,
    status: "active",
    version: 0,
  };
  const next = oracleFields(old, input, policy);

  const arrives = target === undefined || next.email !== old.email;
  const left = arrives ? (tables.suppressions.get(next.email) ?? "active") : "active";
  const before = ladder[Math.max(ladder.indexOf(old.status), ladder.indexOf(left))]!;
  let decided: ReturnType<typeof oracleStatus>;
  if (target === undefined && left === "active") {
    const wanting = policy.optInNeedsConsent && (input.consent ?? null) === null;
    const said = input.status === true ? "active" : input.status === false ? "unsubscribed" : input.status;
    if (said === undefined && wanting) decided = { status: "unsubscribed", kept: "no_consent" };
    else decided = { status: said ?? "active", kept: null };
  } else decided = oracleStatus(before, input.status, policy);
  if (decided === null) return failed("cannot_reactivate");
  next.status = decided.status;
  if (next.tags.length > 50) return failed("too_many_tags");

  const changed = target === undefined || sortedJson(next) !== sortedJson(old);
  if (changed) {
    next.version++;
    if (target === undefined) next.id = newId();
    else tables.contacts.splice(tables.contacts.indexOf(target), 1);
    tables.contacts.push(next);
    if (target !== undefined && old.status !== next.status) {
      tables.history.push(`${next.id}: ${old.status} to ${next.status}`);
    }
    if (target !== undefined && next.email !== old.email && old.status !== "active") {
      tables.suppressions.set(old.email, old.status);
    }
    if (ladder.indexOf(next.status) < ladder.indexOf(before)) tables.suppressions.delete(next.email);
  }
  const repeat = hit.includes(next.id);
  hit.push(next.id);
  const facts = { contactId: next.id, kept: decided.kept };
  if (repeat) return { kind: "duplicate", changed, ...facts };
  return { kind: target === undefined ? "created" : changed ? "updated" : "unchanged", ...facts };
}
