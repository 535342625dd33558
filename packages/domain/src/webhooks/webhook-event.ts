import { z } from "zod";
import { changeKind } from "../contacts/contact-change.ts";
import type { JobKind, JobState } from "../jobs/job.ts";

/** What an endpoint can be told of. `import.*` is the end of an import, `job.*` that of every other job. */
export const WebhookEvent = z.enum([
  "contact.created",
  "contact.updated",
  "contact.deleted",
  "import.completed",
  "import.failed",
  "import.cancelled",
  "job.completed",
  "job.failed",
  "job.cancelled",
]);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** What stands at a place in the feed: a contact, the deletion of one, or a job at its end. */
export type FeedEntry =
  | { kind: "contact"; id: string; version: number; byImport: boolean }
  | { kind: "deletion"; id: string }
  | { kind: "job"; id: string; job: JobKind; end: Extract<JobState, "completed" | "failed" | "cancelled"> };

/** What an endpoint is to be told of. */
export type Wishes = { events: readonly WebhookEvent[]; includeImports: boolean };

/** The event that an entry of the feed is. */
export function eventOf(entry: FeedEntry): WebhookEvent {
  if (entry.kind === "contact") return `contact.${changeKind(entry)}`;
  if (entry.kind === "deletion") return "contact.deleted";
  return `${entry.job === "import" ? "import" : "job"}.${entry.end}`;
}

/**
 * Whether an endpoint is told of an entry. What an import did last to a contact is told by the import's end alone, unless the
 * endpoint asks for it: a million contacts would be two thousand requests.
 */
export function isWanted(entry: FeedEntry, { events, includeImports }: Wishes): boolean {
  if (entry.kind === "contact" && entry.byImport && !includeImports) return false;
  return events.includes(eventOf(entry));
}

/** Most changes of one request. */
export const deliveryLimit = 500;

/**
 * How far one request goes: up to the `limit`th entry that is wanted, or to the last entry.
 * @returns `covered`: how many entries, from the first, are behind it then, those too that nobody wants
 */
export function cutDelivery<Entry extends FeedEntry>(
  entries: readonly Entry[],
  wishes: Wishes,
  limit: number = deliveryLimit,
): { covered: number; wanted: Entry[] } {
  const wanted: Entry[] = [];
  for (const [at, entry] of entries.entries()) {
    if (!isWanted(entry, wishes)) continue;
    wanted.push(entry);
    if (wanted.length === limit) return { covered: at + 1, wanted };
  }
  return { covered: entries.length, wanted };
}
