/** What an erasure takes away, each counted by itself. */
export const erasedThings = [
  "contacts",
  "uploads",
  "failedRows",
  "answers",
  "beforeImages",
  "mergeImages",
  "dryRunRows",
  "listedIds",
  "jobs",
] as const;
export type ErasedThing = (typeof erasedThings)[number];

/** How many of each. `jobs` are those in whose description the address stood: they stay, without it. */
export type Erased = Record<ErasedThing, number>;

export function nothingErased(): Erased {
  return Object.fromEntries(erasedThings.map((thing) => [thing, 0])) as Erased;
}

/** A person's wish to be forgotten, and what came of it. It holds neither the address nor the contact's id. */
export type Erasure = {
  id: string;
  jobId: string;
  requestedAt: Date;
  /** Null while the job that looks for copies is not through. */
  finishedAt: Date | null;
  removed: Erased;
};
