import { allows, type TenantScope } from "@roster/domain/accounts/scope.ts";
import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { lockContactsByEmail } from "@roster/store/contacts/contact-lock.ts";
import { emailsElsewhere, knownEmails } from "@roster/store/contacts/contact-read.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { removeContacts } from "./contact-removal.ts";

/**
 * Which of up to 10,000 addresses contacts have already.
 * @param texts the addresses as they were written
 * @returns the distinct valid addresses, normalised, in the order given, and those of them that are there
 * @throws Refused missing_scope, too_many_items
 */
export async function lookUpEmails(
  deps: Deps,
  scope: TenantScope,
  texts: readonly string[],
): Promise<{ emails: string[]; existing: string[] }> {
  requireScope(scope, "contacts:read");
  const { emails } = readEmails(texts);
  const known = new Set(await knownEmails(deps.sql, scope.tenantId, emails));
  return { emails, existing: emails.filter((email) => known.has(email)) };
}

/** What became of addresses that were to be deleted, each in one of the three, in the order given. */
export type DeletedByEmail = {
  deleted: string[];
  notFound: string[];
  /** Addresses that only other tenants of the account have, which this key may not touch. */
  forbidden: string[];
};

/**
 * Deletes up to 10,000 contacts by their addresses in one transaction, by the rules of `removeContacts`.
 * @param texts the addresses as they were written; a repeat says nothing, and what is no address is not found
 * @param options.tellsForbidden for the door whose contract tells of other tenants; else `forbidden` is empty, and their
 *   addresses are not found like any other
 * @throws Refused missing_scope, too_many_items, busy
 */
export async function deleteContactsByEmail(
  deps: Deps,
  scope: TenantScope,
  texts: readonly string[],
  { tellsForbidden = false }: { tellsForbidden?: boolean } = {},
): Promise<DeletedByEmail> {
  requireScope(scope, "contacts:write");
  const { given, emails } = readEmails(texts);
  const gone = await retrying(() =>
    deps.sql.begin(async (tx) => {
      const locked = await lockContactsByEmail(tx, scope.tenantId, emails);
      if (locked.length === 0) return [];
      const ids = locked.map(({ id }) => id);
      return removeContacts(deps, tx, scope.tenantId, ids, scope.keyId);
    }),
  );
  const deleted = new Set(gone.map(({ email }) => email));
  const absent = given.filter((text) => !deleted.has(text));
  // A key for the whole account is not kept from any of its tenants.
  const tells = tellsForbidden && !allows(scope.granted, "admin");
  const sought = tells ? emails.filter((email) => !deleted.has(email)) : [];
  const elsewhere = new Set(await emailsElsewhere(deps.sql, scope, sought));
  return {
    deleted: given.filter((text) => deleted.has(text)),
    notFound: absent.filter((text) => !elsewhere.has(text)),
    forbidden: absent.filter((text) => elsewhere.has(text)),
  };
}

/**
 * Addresses as they were written, each once: `emails` are the valid ones, normalised, `given` also has the others, as
 * they are.
 * @throws Refused too_many_items
 */
function readEmails(texts: readonly string[]): { given: string[]; emails: string[] } {
  if (texts.length > upsertLimit) throw new Refused({ code: "too_many_items", limit: upsertLimit });
  const given = new Set<string>();
  const emails = new Set<string>();
  for (const text of texts) {
    const parsed = parseEmail(text);
    given.add(parsed.ok ? parsed.email : text);
    if (parsed.ok) emails.add(parsed.email);
  }
  return { given: [...given], emails: [...emails] };
}
