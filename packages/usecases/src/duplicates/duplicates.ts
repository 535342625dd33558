import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { DuplicateEvidence, groupShown } from "@roster/domain/duplicates/duplicate-key.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { storedContactsByIds } from "@roster/store/contacts/contact-read.ts";
import { duplicateGroups, latestDuplicateRun } from "@roster/store/duplicates/duplicates.ts";
import { unfinishedRun } from "@roster/store/jobs/sole-run.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { type StartedRun, startSoleRun } from "../jobs/sole-run.ts";

/**
 * Queues a search for contacts who are likely the same person, among those that are there now.
 * @throws Refused missing_scope
 */
export async function startDuplicateSearch(deps: Deps, scope: TenantScope): Promise<StartedRun> {
  return startSoleRun(deps, scope, "duplicates");
}

/** Contacts who are likely the same person. */
export type DuplicateGroupView = {
  evidence: DuplicateEvidence;
  /** What they share: the mailbox, or the number, without what does not count. */
  key: string;
  /** How many there are. */
  size: number;
  /** The oldest of them as they are now, at most `groupShown`. */
  contacts: StoredContact[];
};

export type DuplicatePage = {
  groups: DuplicateGroupView[];
  cursor: string | null;
  hasMore: boolean;
  /** The finished search whose groups these are; null before the first one. */
  run: { id: string; finishedAt: Date; contacts: number; groups: number } | null;
  /** The job of the search that is queued or running. */
  runningJobId: string | null;
};

const GroupCursor = z.tuple([z.uuid(), DuplicateEvidence, z.string()]);

/**
 * A page of what the last finished search found, by evidence and key. A group of which fewer than two contacts are left is
 * left out.
 * @throws Refused missing_scope, invalid (the cursor, also one of a former search)
 */
export async function listDuplicates(
  deps: Deps,
  scope: TenantScope,
  query: { limit: number; cursor?: string | undefined; evidence?: DuplicateEvidence | undefined },
): Promise<DuplicatePage> {
  requireScope(scope, "contacts:read");
  const { tenantId } = scope;
  const behind = query.cursor === undefined ? null : decodeCursor(query.cursor, GroupCursor);
  const [run, running] = await Promise.all([
    latestDuplicateRun(deps.sql, tenantId),
    unfinishedRun(deps.sql, tenantId, "duplicates"),
  ]);
  const runningJobId = running?.jobId ?? null;
  if (behind !== null && behind[0] !== run?.id) throw formerRun();
  if (run === null) return { groups: [], cursor: null, hasMore: false, run, runningJobId };
  const place = behind === null ? null : { evidence: behind[1], key: behind[2] };
  const { limit, evidence } = query;
  const found = await duplicateGroups(deps.sql, tenantId, run.id, {
    limit,
    evidence,
    place,
    shown: groupShown,
  });
  const page = found.slice(0, limit);
  const ids = [...new Set(page.flatMap((group) => group.ids))];
  const contacts = new Map(
    (await storedContactsByIds(deps.sql, tenantId, ids)).map((contact) => [contact.id, contact]),
  );
  const hasMore = found.length > limit;
  const last = page.at(-1);
  return {
    groups: page.map(({ ids, ...group }) => ({
      ...group,
      contacts: ids.flatMap((id) => contacts.get(id) ?? []),
    })),
    hasMore,
    cursor: hasMore && last !== undefined ? encodeCursor([run.id, last.evidence, last.key]) : null,
    run,
    runningJobId,
  };
}

function formerRun(): Refused {
  const message = "The cursor belongs to a former search. Start again without a cursor.";
  return new Refused({ code: "invalid", issues: [{ field: "cursor", code: "cursor_invalid", message }] });
}
