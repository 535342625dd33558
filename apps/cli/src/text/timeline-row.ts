import type { RosterClient } from "@roster/client/client.ts";
import { minuteOf } from "./moment.ts";
import { printable } from "./text-table.ts";

type Entry = Awaited<ReturnType<RosterClient["contacts"]["timeline"]["query"]>>["entries"][number];
type Job = Extract<Entry, { kind: "changed_by_job" }>["job"];

export const timelineHead = ["when", "what", "why"];

/** One thing that happened to a contact, as a row of a table. */
export function timelineRow(entry: Entry): string[] {
  return [minuteOf(entry.at), ...wordsOf(entry)];
}

function wordsOf(entry: Entry): [what: string, why: string] {
  switch (entry.kind) {
    case "created":
      return ["created", both(entry.job && jobName(entry.job), entry.source && `source ${entry.source}`)];
    case "status_changed": {
      const { from, to, reason, consent, by } = entry;
      const who = by.kind === "event" ? null : `by ${by.kind} ${by.id ?? "–"}`;
      return [`${from} → ${to}`, both(reason, who, consent && `consent: ${consent}`)];
    }
    case "changed_by_job":
      return ["changed", jobName(entry.job)];
    case "merged":
    case "merge_undone": {
      const { kind, mergeId, keptId, mergedIds } = entry;
      return [
        kind === "merged" ? "merged" : "parted",
        `${mergedIds.join(", ") || "somebody"} into ${keptId}, merge ${mergeId}`,
      ];
    }
    case "event": {
      const { type, bounce, campaign } = entry;
      const what = bounce === null ? type : `${type} (${bounce})`;
      return [what, campaign === null ? "" : printable(campaign.name ?? campaign.id, 80)];
    }
  }
}

function jobName({ id, kind, name }: Job): string {
  return `${kind} ${name === null ? "" : `${printable(name, 48)} `}${id}`;
}

function both(...parts: (string | null)[]): string {
  return parts.flatMap((part) => (part === null || part === "" ? [] : [printable(part, 120)])).join(", ");
}
