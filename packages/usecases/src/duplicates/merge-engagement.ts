import { mergeHistories } from "@roster/domain/duplicates/engagement-merge.ts";
import { addEvent, type EngagementHistory } from "@roster/domain/events/engagement.ts";
import { Raced } from "@roster/store/contacts/contact-write.ts";
import { eventsSince, type Undone } from "@roster/store/duplicates/merge-returns.ts";
import {
  dropEngagement,
  dropSends,
  historiesOf,
  imagedHistory,
} from "@roster/store/events/engagement-history.ts";
import { writeEngagement } from "@roster/store/events/engagement-write.ts";
import { writeSends } from "@roster/store/events/send-write.ts";
import type { Tx } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";

/** Adds the histories of contacts, all of them locked, to that of the first of them. */
export async function mergeEngagement(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  [keptId, ...otherIds]: readonly [string, ...string[]],
): Promise<void> {
  const [kept, ...others] = await historiesOf(tx, tenantId, [keptId, ...otherIds]);
  if (others.every(({ version }) => version === null)) return;
  const merged = mergeHistories([kept!, ...others].map(({ history }) => history));
  await writeHistory(deps, tx, tenantId, { contactId: keptId, history: merged, from: kept!.version });
}

/** The kept one's history without the others': as it was before the merge, and what came since. */
export async function unmergeEngagement(deps: Deps, tx: Tx, undone: Undone): Promise<void> {
  const { tenantId, mergeId, keptId } = undone;
  const [now] = await historiesOf(tx, tenantId, [keptId]);
  if (now!.version === null) return;
  const { history, version } = await imagedHistory(tx, tenantId, mergeId);
  const since = await eventsSince(tx, undone);
  for (const event of since) {
    addEvent(history, event);
    const send = history.sends.get(event.campaignId);
    const named = now!.history.sends.get(event.campaignId);
    // Events keep no names, campaigns do: a campaign is called the same whoever it went to.
    if (send !== undefined && named !== undefined) {
      send.campaignName = named.campaignName;
      send.namedAt = named.namedAt;
    }
  }
  if (version === null && since.length === 0) {
    await dropSends(tx, tenantId, keptId);
    await dropEngagement(tx, tenantId, keptId);
  } else {
    await writeHistory(deps, tx, tenantId, { contactId: keptId, history, from: now!.version });
  }
}

/** Writes a history in the place of what there is; its score is due. */
async function writeHistory(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  { contactId, history, from }: { contactId: string; history: EngagementHistory; from: number | null },
): Promise<void> {
  const { engagement, sends } = history;
  const change = { contactId, engagement, score: null, from };
  if (!(await writeEngagement(tx, tenantId, [change], deps.now()))) throw new Raced();
  await dropSends(tx, tenantId, contactId);
  await writeSends(
    tx,
    tenantId,
    [...sends.values()].map((send) => ({ contactId, send, isKnown: false })),
  );
}
