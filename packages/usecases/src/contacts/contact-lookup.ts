import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import { isStorable } from "@roster/domain/text/text.ts";
import { contactsByKeys } from "@roster/store/contacts/contact-read.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";

/** Most emails, and most externalIds, of one look-up. */
export const lookupLimit = 1000;

/**
 * The contacts with these emails or externalIds, as they were written, of each at most `lookupLimit`.
 * @returns each contact once, in the order given, emails first; and those of the texts that no contact has
 * @throws Refused missing_scope
 */
export async function lookUpContacts(
  deps: Deps,
  scope: TenantScope,
  { emails = [], externalIds = [] }: { emails?: readonly string[]; externalIds?: readonly string[] },
): Promise<{ found: StoredContact[]; notFound: string[] }> {
  requireScope(scope, "contacts:read");
  const byEmail = emails.map((text) => {
    const parsed = parseEmail(text);
    return { text, key: parsed.ok ? parsed.email : null };
  });
  const byExternalId = externalIds.map((text) => {
    const id = text.trim();
    return { text, key: isStorable(id) ? id : null };
  });
  const keys = { emails: keysOf(byEmail), externalIds: keysOf(byExternalId) };
  const contacts = await contactsByKeys(deps.sql, scope.tenantId, keys);
  const email = new Map(contacts.map((contact) => [contact.email, contact]));
  const externalId = new Map(contacts.map((contact) => [contact.externalId, contact]));
  const found = new Set<StoredContact>();
  const notFound = new Set<string>();
  const note = ({ text, key }: Wanted, contact: StoredContact | undefined) =>
    key !== null && contact !== undefined ? found.add(contact) : notFound.add(text);
  for (const wanted of byEmail) note(wanted, email.get(wanted.key ?? ""));
  for (const wanted of byExternalId) note(wanted, externalId.get(wanted.key));
  return { found: [...found], notFound: [...notFound] };
}

/** A key is null where no contact can have it. */
type Wanted = { text: string; key: string | null };

function keysOf(wanted: readonly Wanted[]): string[] {
  return [...new Set(wanted.flatMap(({ key }) => key ?? []))];
}
