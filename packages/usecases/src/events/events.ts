import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import {
  type EventInput,
  eventsLimit,
  type ReportedEvent,
  readEvent,
} from "@roster/domain/events/event-input.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { requireScope } from "../accounts/authentication.ts";
import { settingsOf } from "../accounts/tenant-settings.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { EventBatch, type EventOutcome } from "./event-batch.ts";

/** What became of some events. */
export type RecordedEvents = {
  accepted: number;
  duplicate: number;
  failed: number;
  /** For each event, in order. */
  outcomes: EventOutcome[];
};

/**
 * Counts events, at most `eventsLimit`, all in one transaction. One that cannot be counted – nobody has the address, say –
 * is a failure of its own and keeps no other back. An event whose id was counted within 90 days is a duplicate.
 * @throws Refused missing_scope, too_many_items, busy
 */
export async function recordEvents(
  deps: Deps,
  scope: TenantScope,
  { events }: { events: readonly EventInput[] },
): Promise<RecordedEvents> {
  requireScope(scope, "contacts:write");
  if (events.length > eventsLimit) throw new Refused({ code: "too_many_items", limit: eventsLimit });
  const now = deps.now();
  const read = events.map((event) => readEvent(event, now));
  const reported = read.flatMap((result): ReportedEvent | [] => (result.ok ? result.input : []));
  const recorded = (await recordReported(deps, scope, reported)).values();
  const outcomes = read.map(
    (result): EventOutcome =>
      result.ok ? recorded.next().value! : { kind: "failed", problem: result.problem },
  );
  const count = (kind: EventOutcome["kind"]) => outcomes.filter((outcome) => outcome.kind === kind).length;
  return { accepted: count("accepted"), duplicate: count("duplicate"), failed: count("failed"), outcomes };
}

async function recordReported(
  deps: Deps,
  scope: TenantScope,
  reported: readonly ReportedEvent[],
): Promise<readonly EventOutcome[]> {
  if (reported.length === 0) return [];
  const batch = new EventBatch(deps, scope, reported, await settingsOf(deps.sql, scope.tenantId));
  await batch.decide();
  let turns = 0;
  await retrying(() =>
    deps.sql.begin(async (tx) => {
      if (turns++ > 0) await batch.decideLocked(tx);
      await batch.write(tx);
    }),
  );
  return batch.outcomes;
}
