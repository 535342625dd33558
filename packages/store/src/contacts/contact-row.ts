import type { Contact, StoredContact } from "@roster/domain/contacts/contact.ts";
import { scoreWithoutEvents } from "@roster/domain/scores/score.ts";
import type { Db } from "../open.ts";

/** The columns that make a `Contact`, for a select from `contacts c`. */
export const contactColumns = (sql: Db) => sql`
  c.id, c.email, c.external_id, c.name, c.first_name, c.last_name, c.phone, c.locale, c.tags, c.attributes,
  c.status, c.consent, c.source, c.version, c.created_job`;

/** The columns that make a `StoredContact`. */
export const storedContactColumns = (sql: Db) =>
  sql`${contactColumns(sql)}, c.number, ${contactScore(sql)} as score, c.created_at, c.updated_at`;

/** The score of a contact `c`, looked up by its key. */
export const contactScore = (sql: Db) => sql`
  coalesce((select e.score from engagement e where e.tenant_id = c.tenant_id and e.contact_id = c.id),
    ${scoreWithoutEvents}::int2)`;

/** A row as those columns give it: postgres.js has already put it in the domain's shape. */
export type ContactRow = Contact;
export type StoredContactRow = StoredContact;

/** The domain's `displayName`, for a select from `contacts c`; empty where that is null. */
export const shownName = (sql: Db) => sql`coalesce(c.name, concat_ws(' ', c.first_name, c.last_name))`;
