import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { type Status, strictest } from "@roster/domain/contacts/status.ts";
import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { SuppressedStatus, SuppressionEntry } from "@roster/domain/suppressions/suppression-entry.ts";
import { contactsByKeys } from "@roster/store/contacts/contact-read.ts";
import { suppressionsByHash } from "@roster/store/suppressions/suppression-list.ts";
import { hex } from "@roster/store/suppressions/suppressions.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { hashedAddresses } from "./suppression-write.ts";

/** An address that is not to be mailed: by an entry of the list, by its contact's status, or by both. */
export type SuppressedAddress = {
  email: string;
  /** The stricter of the two. */
  status: SuppressedStatus;
  entry: SuppressionEntry | null;
  contact: { id: string; status: Status } | null;
};

/**
 * Which of up to 10,000 addresses are not to be mailed.
 * @param texts as they were written
 * @returns each address once, in the order given, in one of the three: `clear` and `suppressed` normalised, `invalid` as written
 * @throws Refused missing_scope, too_many_items
 */
export async function checkSuppressions(
  deps: Deps,
  scope: TenantScope,
  texts: readonly string[],
): Promise<{ suppressed: SuppressedAddress[]; clear: string[]; invalid: string[] }> {
  requireScope(scope, "contacts:read");
  if (texts.length > upsertLimit) throw new Refused({ code: "too_many_items", limit: upsertLimit });
  const emails = new Set<string>();
  const invalid = new Set<string>();
  for (const text of texts) {
    const parsed = parseEmail(text);
    if (parsed.ok) emails.add(parsed.email);
    else invalid.add(text);
  }
  const hashes = hashedAddresses(deps, emails);
  const entries = await suppressionsByHash(deps.sql, scope.tenantId, [...hashes.values()]);
  const stored = await contactsByKeys(deps.sql, scope.tenantId, { emails: [...emails], externalIds: [] });
  const contacts = new Map(stored.map(({ email, id, status }) => [email, { id, status }]));

  const suppressed: SuppressedAddress[] = [];
  const clear: string[] = [];
  for (const [email, hash] of hashes) {
    const entry = entries.get(hex(hash)) ?? null;
    const contact = contacts.get(email) ?? null;
    const status = strictest(entry?.status ?? "active", contact?.status ?? "active");
    if (status === "active") clear.push(email);
    else suppressed.push({ email, status, entry, contact });
  }
  return { suppressed, clear, invalid: [...invalid] };
}
