import { type ContactField, customFields, ownFields, shareOf } from "@roster/domain/contact-field.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { countFields } from "@roster/store/contact-fields.ts";
import { requireScope } from "./authentication.ts";
import type { Deps } from "./deps.ts";

/**
 * The fields that a tenant's contacts have, the custom ones last, with the part of the contacts that have each. Of more
 * than 10,000 contacts only the newest and the oldest are looked at, so that a rare custom field may be missing.
 * @returns the fields, and how many contacts were looked at
 * @throws Refused missing_scope
 */
export async function listContactFields(
  deps: Deps,
  scope: TenantScope,
): Promise<{ fields: ContactField[]; sampled: number }> {
  requireScope(scope, "contacts:read");
  const { contacts, filled, keys } = await countFields(deps.sql, scope.tenantId);
  const own = ownFields.map(([name, type]): ContactField => {
    const n = name in filled ? filled[name as keyof typeof filled] : contacts;
    return { name, type, custom: false, share: shareOf(n, contacts) };
  });
  return { fields: [...own, ...customFields(keys, contacts)], sampled: contacts };
}
