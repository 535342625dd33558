import type { Contact } from "./contact.ts";

/** A contact's place in the book. */
type Entry = {
  /** As it was when it was put in; null for a contact that did not exist. */
  readonly before: Contact | null;
  now: Contact;
  /** Whether a row of this or an earlier part of the same request or file hit it. */
  hit: boolean;
};

/** What the rows came to. */
export type BookChanges = {
  /** Contacts to insert. */
  created: Contact[];
  /** Contacts to rewrite, with what they were. */
  updated: { before: Contact; after: Contact }[];
  /** Ids of contacts that rows hit for the first time and left as they were. */
  unchanged: string[];
};

/**
 * The contacts that a set of writes may touch, found by email or externalId. It is the working copy on which the rules
 * are played through in order; the store is then told the difference.
 */
export class ContactBook {
  readonly #byEmail = new Map<string, Entry>();
  readonly #byExternalId = new Map<string, Entry>();
  readonly #entries: Entry[] = [];
  /** Entries that a row of this book hit first, and that were there before. */
  readonly #firstHits: Entry[] = [];

  /**
   * @param stored every stored contact that the writes can reach by email or externalId
   * @param hitBefore whether an earlier part of the same request or file already hit a contact
   */
  constructor(stored: Iterable<Contact>, hitBefore: (contact: Contact) => boolean = () => false) {
    for (const contact of stored) this.#enter({ before: contact, now: contact, hit: hitBefore(contact) });
  }

  byEmail(email: string): Contact | undefined {
    return this.#byEmail.get(email)?.now;
  }

  byExternalId(externalId: string): Contact | undefined {
    return this.#byExternalId.get(externalId)?.now;
  }

  /** Puts in a contact that did not exist; the row that creates it is the first to hit it. */
  add(contact: Contact): void {
    this.#enter({ before: null, now: contact, hit: true });
  }

  /** Puts a contact in the place of what it was; a former email and externalId become free. */
  replace(former: Contact, after: Contact): void {
    const entry = this.#byEmail.get(former.email)!;
    entry.now = after;
    if (former.email !== after.email) {
      this.#byEmail.delete(former.email);
      this.#byEmail.set(after.email, entry);
    }
    if (former.externalId !== after.externalId) {
      if (former.externalId !== null) this.#byExternalId.delete(former.externalId);
      if (after.externalId !== null) this.#byExternalId.set(after.externalId, entry);
    }
  }

  /** Notes that a row hit a contact. @returns whether one had done so before */
  hit(contact: Contact): boolean {
    const entry = this.#byEmail.get(contact.email)!;
    if (entry.hit) return true;
    entry.hit = true;
    this.#firstHits.push(entry);
    return false;
  }

  /** What differs from the beginning. */
  changes(): BookChanges {
    const created: Contact[] = [];
    const updated: BookChanges["updated"] = [];
    for (const { before, now } of this.#entries) {
      if (before === null) created.push(now);
      else if (before !== now) updated.push({ before, after: now });
    }
    const unchanged = this.#firstHits.filter(({ before, now }) => before === now).map(({ now }) => now.id);
    return { created, updated, unchanged };
  }

  #enter(entry: Entry): void {
    const { email, externalId } = entry.now;
    this.#entries.push(entry);
    this.#byEmail.set(email, entry);
    if (externalId !== null) this.#byExternalId.set(externalId, entry);
  }
}
