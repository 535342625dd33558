import { isUuid } from "../contacts/contact-id.ts";
import type { FieldIssue } from "../refusal.ts";

export type SlugResult = { ok: true; slug: string } | { ok: false; issue: FieldIssue };

/**
 * The short name of a tenant, an account or a plan, as it stands in addresses, headers and commands: 1 to 64 lower-case letters,
 * digits, hyphens and underscores, with a letter or digit at both ends. None reads like a UUID, because wherever a tenant
 * is named its id may stand too.
 * @param field the name of the input, for the issue
 */
export function parseSlug(text: string, field: string): SlugResult {
  if (/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/.test(text) && !isUuid(text)) return { ok: true, slug: text };
  const message =
    "Write a short name of at most 64 lower-case letters, digits and hyphens, such as “acme-shop”, that is no UUID.";
  return { ok: false, issue: { field, code: "slug_invalid", message } };
}
