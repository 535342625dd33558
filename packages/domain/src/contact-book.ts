import type { Contact } from "./contact.ts";

/**
 * The contacts that a set of writes may touch, found by id, email or externalId. It is the working copy on which the
 * rules are played through in order; the store is then told the difference.
 */
export class ContactBook {
  readonly #byId = new Map<string, Contact>();
  readonly #byEmail = new Map<string, Contact>();
  readonly #byExternalId = new Map<string, Contact>();
  /** As it was when it was put in first; null for a contact that did not exist. */
  readonly #before = new Map<string, Contact | null>();

  /** @param stored every stored contact that the writes can reach by email or externalId */
  constructor(stored: Iterable<Contact>) {
    for (const contact of stored) {
      this.#index(contact);
      this.#before.set(contact.id, contact);
    }
  }

  byId(id: string): Contact | undefined {
    return this.#byId.get(id);
  }

  byEmail(email: string): Contact | undefined {
    return this.#byEmail.get(email);
  }

  byExternalId(externalId: string): Contact | undefined {
    return this.#byExternalId.get(externalId);
  }

  /** Adds a contact, or replaces the one with the same id; its former email and externalId become free. */
  put(contact: Contact): void {
    const former = this.#byId.get(contact.id);
    if (former === undefined) {
      this.#before.set(contact.id, null);
    } else {
      if (former.email !== contact.email) this.#byEmail.delete(former.email);
      if (former.externalId !== null && former.externalId !== contact.externalId) {
        this.#byExternalId.delete(former.externalId);
      }
    }
    this.#index(contact);
  }

  /** What differs from the beginning: contacts to insert, and contacts to rewrite with what they were. */
  changes(): { created: Contact[]; updated: { before: Contact; after: Contact }[] } {
    const created: Contact[] = [];
    const updated: { before: Contact; after: Contact }[] = [];
    for (const [id, before] of this.#before) {
      const after = this.#byId.get(id);
      if (after === undefined || after === before) continue;
      if (before === null) created.push(after);
      else updated.push({ before, after });
    }
    return { created, updated };
  }

  #index(contact: Contact): void {
    this.#byId.set(contact.id, contact);
    this.#byEmail.set(contact.email, contact);
    if (contact.externalId !== null) this.#byExternalId.set(contact.externalId, contact);
  }
}
