import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { DeliveryKind } from "@roster/domain/webhooks/webhook.ts";
import { eventOf } from "@roster/domain/webhooks/webhook-event.ts";
import { type Job, jobById } from "@roster/store/jobs/jobs.ts";
import type { Db } from "@roster/store/open.ts";
import { deletionTimes, fedContacts, type PlacedEntry } from "@roster/store/webhooks/webhook-feed.ts";
import { houseContactUnscored } from "../contacts/house-contact.ts";
import { jobView } from "../jobs/jobs.ts";

/** One change in a request. */
type Item = { type: string; at: string } & Record<string, unknown>;

/**
 * A request's body. What went on changing since its place in the feed is told as it is now; what is gone is left out, and comes with a
 * later request.
 */
export async function webhookBody(
  sql: Db,
  tenantId: string,
  { kind, id, entries, now }: { kind: DeliveryKind; id: string; entries: readonly PlacedEntry[]; now: Date },
): Promise<string> {
  return JSON.stringify({ type: kind, id, data: await itemsOf(sql, tenantId, entries, now) });
}

async function itemsOf(
  sql: Db,
  tenantId: string,
  entries: readonly PlacedEntry[],
  now: Date,
): Promise<Item[]> {
  const idsOf = (kind: PlacedEntry["kind"]) =>
    entries.flatMap((entry) => (entry.kind === kind ? [entry.id] : []));
  const contacts = await fedContacts(sql, tenantId, idsOf("contact"));
  const deletions = await deletionTimes(sql, tenantId, idsOf("deletion"));
  const jobs = new Map<string, Job>();
  for (const id of idsOf("job")) {
    const job = await jobById(sql, tenantId, id);
    if (job?.finishedAt) jobs.set(id, job);
  }
  return entries.flatMap((entry): Item[] => {
    const type = eventOf(entry);
    if (entry.kind === "contact") {
      const contact = contacts.get(entry.id);
      return contact === undefined
        ? []
        : [{ type, contact: houseContactUnscored(contact), at: contact.updatedAt.toISOString() }];
    }
    if (entry.kind === "deletion") {
      const at = deletions.get(entry.id);
      return at === undefined ? [] : [{ type, id: toHouseId(entry.id), at: at.toISOString() }];
    }
    const job = jobs.get(entry.id);
    return job === undefined ? [] : [{ type, job: webhookJob(job, now), at: job.finishedAt!.toISOString() }];
  });
}

/** What came of a job; the whole of it is at `/v1/jobs/{id}`. */
function webhookJob(job: Job, now: Date) {
  const { id, kind, state, name, dryRun, target, processed, total, counters, reasons, error, ...times } =
    jobView(job, now);
  const { createdAt, startedAt, finishedAt } = times;
  return {
    ...{ id, kind, state, name, dryRun, target, processed, total, counters, reasons, error },
    ...{ createdAt, startedAt, finishedAt },
  };
}
