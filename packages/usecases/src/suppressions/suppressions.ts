import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import type { Counters } from "@roster/domain/imports/import-report.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";
import {
  removalObstacle,
  type SuppressedStatus,
  type SuppressionEntry,
} from "@roster/domain/suppressions/suppression-entry.ts";
import {
  deleteSuppression,
  lockSuppression,
  type SuppressionConditions,
  suppressionPage,
  suppressionsByHash,
} from "@roster/store/suppressions/suppression-list.ts";
import { holdList } from "@roster/store/suppressions/suppressions.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import { requestOrigin } from "../contacts/write-origin.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { suppressionHash } from "./suppression-key.ts";
import { decideSuppressions, hashedAddresses, writeSuppressionDecision } from "./suppression-write.ts";

/** An entry of the list; its address only where the caller named it. */
export type ListedSuppression = SuppressionEntry & { email: string | null };

const EntryCursor = z.tuple([z.uuid()]);

/**
 * A page of the suppression list, newest first. By `email` it has at most the one entry of that address.
 * @throws Refused missing_scope, invalid (the cursor)
 */
export async function listSuppressions(
  deps: Deps,
  scope: TenantScope,
  query: SuppressionConditions & { email?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<{ entries: ListedSuppression[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const { email, cursor, limit, ...conditions } = query;
  const beforeId = cursor === undefined ? undefined : decodeCursor(cursor, EntryCursor)[0];
  if (email !== undefined)
    return { entries: await entryOf(deps, scope, email, conditions), cursor: null, hasMore: false };
  const found = await suppressionPage(deps.sql, scope.tenantId, { ...conditions, limit, beforeId });
  const entries = found.slice(0, limit).map((entry) => ({ ...entry, email: null }));
  const hasMore = found.length > limit;
  return { entries, hasMore, cursor: hasMore ? encodeCursor([entries.at(-1)!.id]) : null };
}

async function entryOf(
  deps: Deps,
  { tenantId }: TenantScope,
  text: string,
  { status, reason, source }: SuppressionConditions,
): Promise<ListedSuppression[]> {
  const parsed = parseEmail(text);
  if (!parsed.ok) return [];
  const hash = suppressionHash(deps.suppressionKey, parsed.email);
  const [entry] = (await suppressionsByHash(deps.sql, tenantId, [hash])).values();
  const wanted =
    entry !== undefined &&
    (status === undefined || entry.status === status) &&
    (reason === undefined || entry.reason === reason) &&
    (source === undefined || entry.source === source);
  return wanted ? [{ ...entry, email: parsed.email }] : [];
}

/** An address that could not be read, by its place in the list, from 0. */
export type SuppressionFailure = FieldIssue & { index: number; email: string };

/**
 * Puts up to 10,000 addresses on the suppression list, and the contacts that have them to the same status, in one transaction,
 * by the rules of an import of suppressions: the strictest wins, nobody's status gets looser.
 * @param input.emails as they were written; what is no address fails by itself
 * @returns `created`: not on the list before; `updated`: became stricter, there or as a contact
 * @throws Refused missing_scope, too_many_items, busy
 */
export async function addSuppressions(
  deps: Deps,
  scope: TenantScope,
  input: { emails: readonly string[]; status: SuppressedStatus; reason: string },
): Promise<{ counters: Counters; failures: SuppressionFailure[] }> {
  requireScope(scope, "contacts:write");
  if (input.emails.length > upsertLimit) throw new Refused({ code: "too_many_items", limit: upsertLimit });
  const read = readAddresses(input.emails);
  const inputs = read.emails.map((email) => ({ email, status: input.status }));
  const hashes = hashedAddresses(deps, read.emails);
  const why = { source: requestOrigin(scope).source, reason: input.reason };
  const { tenantId } = scope;
  const report = await retrying(() =>
    deps.sql.begin(async (tx) => {
      await holdList(tx, tenantId);
      const decision = await decideSuppressions(tx, tenantId, inputs, hashes);
      await writeSuppressionDecision(deps, tx, tenantId, decision, hashes, why);
      return decision.report;
    }),
  );
  const failed = read.failures.length;
  return { counters: { ...report.counters, failed }, failures: read.failures };
}

function readAddresses(texts: readonly string[]): { emails: string[]; failures: SuppressionFailure[] } {
  const emails: string[] = [];
  const failures: SuppressionFailure[] = [];
  for (const [index, email] of texts.entries()) {
    const parsed = parseEmail(email);
    if (parsed.ok) emails.push(parsed.email);
    else failures.push({ index, email, field: "email", code: "email_invalid", message: parsed.message });
  }
  return { emails, failures };
}

/**
 * Takes one address off the list. A contact that has it keeps its status: who is to be mailed again is told so of the contact.
 * @param named the entry's id, or the address
 * @param options.force also where `removalObstacle` stands in the way
 * @throws Refused missing_scope, not_found (the suppression), invalid (`force` is needed)
 */
export async function removeSuppression(
  deps: Deps,
  scope: TenantScope,
  named: string,
  { force = false }: { force?: boolean } = {},
): Promise<SuppressionEntry> {
  requireScope(scope, "contacts:write");
  const which = nameOf(deps, named);
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const entry = which && (await lockSuppression(tx, scope.tenantId, which));
      if (entry === null) throw new Refused({ code: "not_found", what: "suppression" });
      const obstacle = removalObstacle(entry, force);
      if (obstacle !== null) throw new Refused({ code: "invalid", issues: [obstacle] });
      await deleteSuppression(tx, scope.tenantId, entry.id);
      return entry;
    }),
  );
}

/** Null for what can name no entry. */
function nameOf(deps: Deps, named: string): { id: string } | { hash: Uint8Array } | null {
  if (isUuid(named)) return { id: named };
  const parsed = parseEmail(named);
  return parsed.ok ? { hash: suppressionHash(deps.suppressionKey, parsed.email) } : null;
}
