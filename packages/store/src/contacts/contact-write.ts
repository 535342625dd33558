import type { Contact, StoredContact } from "@roster/domain/contacts/contact.ts";
import { scoreWithoutEvents } from "@roster/domain/scores/score.ts";
import type { Db, Tx } from "../open.ts";
import { arrayLiteral, numberArrayLiteral } from "../sql/array-literal.ts";
import { BinaryRows, uuidField } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";
import { sortedByEmail } from "../sql/email-order.ts";
import { lockContacts } from "./contact-lock.ts";
import { contactScore } from "./contact-row.ts";

/** Somebody else changed a contact between the read and the write: read again and decide again. */
export class Raced extends Error {}

/** Below this many rows one INSERT is cheaper than the three round trips of a COPY. */
const copyFrom = 50;

/** By contact: the mark of the import's row that makes it what it is. Whoever is not in it has none. */
export type RowMarksById = ReadonlyMap<string, number>;

/** By contact: what Postgres gave it. Only where few were written at a time; who needs it of others reads them. */
export type StampsById = ReadonlyMap<string, Omit<StoredContact, keyof Contact>>;

const stamped = (
  rows: readonly Pick<StoredContact, "id" | "number" | "score" | "createdAt" | "updatedAt">[],
): StampsById => new Map(rows.map(({ id, ...stamps }) => [id, stamps]));

const noStamps: StampsById = new Map();

/**
 * Inserts contacts in the order of their emails, so that overlapping writers meet in one order.
 * An email or externalId that somebody else took meanwhile is a unique violation (23505): decide again.
 */
export async function insertContacts(
  tx: Tx,
  tenantId: string,
  contacts: readonly Contact[],
  marks: RowMarksById = new Map(),
): Promise<StampsById> {
  if (contacts.length === 0) return noStamps;
  const sorted = sortedByEmail(contacts);
  if (sorted.length < copyFrom) {
    const rows = sorted.map((contact) => ({ tenant_id: tenantId, ...columnsOf(tx, contact, marks) }));
    return stamped(
      await tx`
        insert into contacts ${tx(rows)}
        returning id, number, ${scoreWithoutEvents}::int2 as score, created_at, updated_at`,
    );
  }
  const copy = tx`
    copy contacts (tenant_id, created_job, id, email, external_id, name, first_name, last_name, phone, locale, tags,
      attributes, status, consent, source, version, row_mark)
    from stdin (format binary)`;
  await copyIn(copy, binaryContacts(tenantId, sorted, marks));
  return noStamps;
}

function* binaryContacts(
  tenantId: string,
  contacts: readonly Contact[],
  marks: RowMarksById,
): Generator<Buffer> {
  const rows = new BinaryRows(17);
  const tenant = uuidField(tenantId);
  let jobId: string | null = null;
  let job = uuidField(null);
  for (const c of contacts) {
    if (c.createdJob !== jobId) {
      jobId = c.createdJob;
      job = uuidField(jobId);
    }
    rows.begin();
    rows.field(tenant);
    rows.field(job);
    rows.uuid(c.id);
    rows.text(c.email);
    rows.text(c.externalId);
    rows.text(c.name);
    rows.text(c.firstName);
    rows.text(c.lastName);
    rows.text(c.phone);
    rows.text(c.locale);
    rows.textArray(c.tags);
    rows.jsonb(c.attributes);
    rows.text(c.status);
    rows.text(c.consent);
    rows.text(c.source);
    rows.int4(c.version);
    rows.int8(marks.get(c.id) ?? null);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}

function columnsOf(sql: Db, c: Contact, marks: RowMarksById) {
  return {
    id: c.id,
    email: c.email,
    external_id: c.externalId,
    name: c.name,
    first_name: c.firstName,
    last_name: c.lastName,
    phone: c.phone,
    locale: c.locale,
    tags: c.tags as string[],
    attributes: sql.json(c.attributes as never),
    status: c.status,
    consent: c.consent,
    source: c.source,
    version: c.version,
    created_job: c.createdJob,
    row_mark: marks.get(c.id) ?? null,
  };
}

export type ContactChange = { before: Contact; after: Contact };

/**
 * Rewrites contacts that still have the version they were read with.
 * @throws Raced when any of them is gone or has another version; the transaction must then be rolled back
 */
export async function updateContacts(
  tx: Tx,
  tenantId: string,
  changes: readonly ContactChange[],
  marks: RowMarksById = new Map(),
): Promise<StampsById> {
  if (changes.length === 0) return noStamps;
  if (changes.length === 1) return updateContact(tx, tenantId, changes[0]!, marks);
  const locked = await lockContacts(
    tx,
    tenantId,
    changes.map((change) => change.before.id),
  );
  const versions = new Map(locked.map((row) => [row.id, row.version]));
  if (changes.some(({ before }) => versions.get(before.id) !== before.version)) throw new Raced();

  await vacateKeys(tx, tenantId, changes);
  const texts = (pick: (contact: Contact) => string | null) =>
    arrayLiteral(changes.map(({ after }) => pick(after)));
  const numbers = (pick: (contact: Contact) => number | null) =>
    numberArrayLiteral(changes.map(({ after }) => pick(after)));
  await tx`
    update contacts c set
      email = u.email, external_id = u.external_id, name = u.name, first_name = u.first_name, last_name = u.last_name,
      phone = u.phone, locale = u.locale, tags = u.tags::text[], attributes = u.attributes::jsonb,
      status = u.status::contact_status, consent = u.consent, source = u.source, version = u.version,
      row_mark = u.row_mark,
      feed_epoch = default, feed_xid = pg_current_xact_id(), updated_at = now()
    from unnest(
      ${texts((c) => c.id)}::uuid[], ${texts((c) => c.email)}::text[], ${texts((c) => c.externalId)}::text[],
      ${texts((c) => c.name)}::text[], ${texts((c) => c.firstName)}::text[], ${texts((c) => c.lastName)}::text[],
      ${texts((c) => c.phone)}::text[], ${texts((c) => c.locale)}::text[],
      ${texts((c) => arrayLiteral(c.tags))}::text[], ${texts((c) => JSON.stringify(c.attributes))}::text[],
      ${texts((c) => c.status)}::text[], ${texts((c) => c.consent)}::text[], ${texts((c) => c.source)}::text[],
      ${numbers((c) => c.version)}::int4[], ${numbers((c) => marks.get(c.id) ?? null)}::int8[]
    ) as u (id, email, external_id, name, first_name, last_name, phone, locale, tags, attributes, status, consent,
            source, version, row_mark)
    where c.tenant_id = ${tenantId} and c.id = u.id`;
  return noStamps;
}

/** The same for one alone, which needs no order in which it is locked. */
async function updateContact(
  tx: Tx,
  tenantId: string,
  { before, after }: ContactChange,
  marks: RowMarksById,
): Promise<StampsById> {
  const { created_job, ...columns } = columnsOf(tx, after, marks);
  const rows = await tx<StoredContact[]>`
    update contacts c set ${tx(columns)}, feed_epoch = default, feed_xid = pg_current_xact_id(), updated_at = now()
    where tenant_id = ${tenantId} and id = ${before.id} and version = ${before.version}
    returning id, number, ${contactScore(tx)} as score, created_at, updated_at`;
  if (rows.length === 0) throw new Raced();
  return stamped(rows);
}

/**
 * Within one set of changes a contact may take the email or externalId that another one gives up. Postgres checks
 * uniqueness row by row, in an order of its own: so whoever gives one up does it first.
 */
async function vacateKeys(tx: Tx, tenantId: string, changes: readonly ContactChange[]): Promise<void> {
  const leavers = changes.filter(
    ({ before, after }) => before.email !== after.email || before.externalId !== after.externalId,
  );
  if (leavers.length === 0) return;
  await tx`
    update contacts c set email = '!' || c.id::text, external_id = null
    from unnest(${leavers.map((change) => change.before.id)}::uuid[]) as k (id)
    where c.tenant_id = ${tenantId} and c.id = k.id`;
}
