import type { Status } from "../contacts/status.ts";
import type { JobKind } from "../jobs/job.ts";

/** A job as a timeline names it: what somebody may ask for by its id. */
export type TimelineJob = { id: string; kind: JobKind; name: string | null };

/** One thing that happened to a contact. */
export type TimelineEntry = { at: Date } & (
  | {
      kind: "created";
      /** The job that created it; null where a request did. */
      job: TimelineJob | null;
      /** What the contact says of where it came from; as it is now. */
      source: string | null;
    }
  | {
      kind: "status_changed";
      from: Status;
      to: Status;
      reason: string;
      /** What the person agreed to, for who was brought back. */
      consent: string | null;
      by: { kind: "key" | "job" | "event"; id: string | null };
    }
  /** A job changed it. `at` is when the job began; it is known for as long as the job can be undone. */
  | { kind: "changed_by_job"; job: TimelineJob }
  /** Others became one with it, or it with another one, and parted again. `keptId` is who stayed. */
  | { kind: "merged" | "merge_undone"; mergeId: string; keptId: string; mergedIds: string[] }
  | {
      kind: "event";
      type: string;
      bounce: "hard" | "soft" | null;
      campaign: { id: string; name: string | null } | null;
    }
);

/** Where a timeline goes on: behind this entry. Several may have happened within one millisecond. */
export type TimelinePlace = { at: Date; kind: TimelineEntry["kind"]; key: string };
