import type { Attributes } from "./attributes.ts";
import type { Status } from "./status.ts";

/** Longest text, in characters, that each free text field takes. `null` from a caller clears a field. */
export const textLimits = {
  name: 255,
  firstName: 255,
  lastName: 255,
  phone: 64,
  locale: 35,
  externalId: 128,
  consent: 64,
  source: 64,
} as const;

export type TextField = keyof typeof textLimits;

/** The fields of a contact that are plain text, in the order in which they are listed everywhere. */
export const textFields = Object.keys(textLimits) as TextField[];

/** One person in one tenant, as the store keeps it. Times are milliseconds since 1970. */
export type Contact = {
  /** UUIDv7; the other two ids are derived (house) or read beside it (`number`). */
  id: string;
  /** Normalised by `parseEmail`; unique in the tenant. */
  email: string;
  externalId: string | null;
  name: string | null;
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
  locale: string | null;
  tags: readonly string[];
  attributes: Attributes;
  status: Status;
  /** The consent's version or text that the contact came with. */
  consent: string | null;
  source: string | null;
  /** 1 for a new contact, one more for every row or request that changed its profile or status. */
  version: number;
  /** The job that created it, if one did. */
  createdJob: string | null;
};

/** What a stored contact has that the merge rules never look at. `score`: see `score.ts`. */
export type StoredContact = Contact & { number: number; score: number; createdAt: Date; updatedAt: Date };

/**
 * What one write says about a contact: an absent field keeps its value, `null` clears it. The email is already
 * normalised and every text is within its limit (see `import-row.ts` and `contact-body.ts`, which make these).
 */
export type ContactInput = {
  email?: string;
  /** Added or replacing, as the write policy says; `null` clears them. */
  tags?: readonly string[] | null;
  /** By key: `null` deletes the key, any other value replaces it. `null` as a whole clears them all. */
  attributes?: Attributes | null;
  /** An explicit status word, or a subscribed/optIn boolean; see `status.ts`. */
  status?: Status | boolean;
} & { [F in TextField]?: string | null };

/** The name to show: the one given, else first and last name joined, else null. */
export function displayName(contact: Pick<Contact, "name" | "firstName" | "lastName">): string | null {
  if (contact.name !== null) return contact.name;
  const joined = [contact.firstName, contact.lastName].filter((part) => part !== null).join(" ");
  return joined === "" ? null : joined;
}
