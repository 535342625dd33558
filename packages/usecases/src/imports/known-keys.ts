import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { KeyFilter } from "@roster/domain/imports/key-filter.ts";
import { contactTotal } from "@roster/store/contacts/contact-counts.ts";
import { keysOfContacts } from "@roster/store/contacts/contact-read.ts";
import type { Db } from "@roster/store/open.ts";
import type { WriteKeys } from "../contacts/contact-decision.ts";

/** Tenants up to this size are read once at the beginning of an import: 50,000 contacts take 0.1 s. */
const tenantLimit = 50_000;

/** 20 bits for each email of a file whose rows have 90 bytes. */
const fileBytesPerByte = 36;
const largest = 64 * 1024 * 1024;

/**
 * The emails and externalIds that a tenant has, as far as the one who writes a file knows: those from before, and its own.
 * It spares looking up what is not there, which for a tenant's first import is nearly every row. A key that somebody else
 * brings in meanwhile is unknown here: the row is then taken for a new contact, the unique indexes refuse it, and the
 * batch is decided again on everything that is stored.
 */
export class KnownKeys {
  readonly #filter: KeyFilter;

  private constructor(filter: KeyFilter) {
    this.#filter = filter;
  }

  /**
   * @param fileBytes the size of the file that will be written, unpacked
   * @returns null for a tenant that is too large to be read
   */
  static async open(sql: Db, tenantId: string, fileBytes: number): Promise<KnownKeys | null> {
    if ((await contactTotal(sql, tenantId)) > tenantLimit) return null;
    const known = new KnownKeys(new KeyFilter(Math.min(fileBytes / fileBytesPerByte, largest)));
    for await (const keys of keysOfContacts(sql, tenantId)) known.add(keys);
    return known;
  }

  add({ emails, externalIds }: { emails: Iterable<string>; externalIds: Iterable<string> }): void {
    for (const email of emails) this.#filter.add(email);
    for (const externalId of externalIds) this.#filter.add(externalId);
  }

  /**
   * Those of the inputs' keys that may be there. An input without an email cannot become a contact, and no index would
   * tell that its externalId came in meanwhile: that one is always looked up.
   */
  among({ emails, externalIds }: WriteKeys, inputs: readonly ContactInput[]): WriteKeys {
    const found = {
      emails: new Set([...emails].filter((email) => this.#filter.mayHave(email))),
      externalIds: new Set([...externalIds].filter((externalId) => this.#filter.mayHave(externalId))),
    };
    for (const { email, externalId } of inputs) {
      if (email === undefined && externalId != null) found.externalIds.add(externalId);
    }
    return found;
  }
}
