import type { Job } from "@roster/client/client.ts";

type Counter = {
  name: keyof Job["counters"];
  word: string;
  /** Whether the progress shows it: a second import may find everything unchanged. */
  progress: "always" | "if any" | "never";
};

/** How a kind of job is spoken of. */
type JobWords = {
  /** While it runs. */
  doing: string;
  /** What it goes through. */
  unit: "rows" | "contacts";
  counters: readonly Counter[];
};

const words: Record<Job["kind"] | "suppressions" | "events", JobWords> = {
  import: {
    doing: "importing",
    unit: "rows",
    counters: [
      { name: "created", word: "created", progress: "always" },
      { name: "updated", word: "updated", progress: "always" },
      { name: "unchanged", word: "unchanged", progress: "if any" },
      { name: "duplicate", word: "duplicate", progress: "never" },
      { name: "skipped", word: "skipped", progress: "if any" },
      { name: "failed", word: "failed", progress: "always" },
    ],
  },
  suppressions: {
    doing: "importing",
    unit: "rows",
    counters: [
      { name: "created", word: "put on the list", progress: "always" },
      { name: "updated", word: "made stricter", progress: "if any" },
      { name: "unchanged", word: "on the list already", progress: "if any" },
      { name: "duplicate", word: "duplicate", progress: "never" },
      { name: "failed", word: "failed", progress: "always" },
    ],
  },
  events: {
    doing: "importing",
    unit: "rows",
    counters: [
      { name: "created", word: "counted", progress: "always" },
      { name: "duplicate", word: "counted before", progress: "if any" },
      { name: "failed", word: "failed", progress: "always" },
    ],
  },
  bulk: {
    doing: "changing",
    unit: "contacts",
    counters: [
      { name: "updated", word: "changed", progress: "if any" },
      { name: "deleted", word: "deleted", progress: "if any" },
      { name: "unchanged", word: "unchanged", progress: "if any" },
      { name: "duplicate", word: "named twice", progress: "never" },
      { name: "failed", word: "failed", progress: "always" },
    ],
  },
  health: {
    doing: "checking",
    unit: "contacts",
    counters: [],
  },
  duplicates: {
    doing: "comparing",
    unit: "contacts",
    counters: [],
  },
  undo: {
    doing: "undoing",
    unit: "contacts",
    counters: [
      { name: "deleted", word: "deleted", progress: "always" },
      { name: "updated", word: "put back", progress: "always" },
      { name: "skipped", word: "left as they are", progress: "if any" },
    ],
  },
  rescore: {
    doing: "scoring",
    unit: "contacts",
    counters: [
      { name: "updated", word: "changed", progress: "always" },
      { name: "unchanged", word: "unchanged", progress: "if any" },
    ],
  },
  erasure: {
    doing: "erasing",
    unit: "contacts",
    counters: [],
  },
};

/** How a job is spoken of. */
export function jobWords({ kind, target }: Pick<Job, "kind" | "target">): JobWords {
  return words[target === null || target === "contacts" ? kind : target];
}
