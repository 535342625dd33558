import type { SegmentFilter } from "./segment-filter.ts";

/** A named question about contacts, as it is kept. */
export type Segment = {
  id: string;
  name: string;
  filter: SegmentFilter;
  /** How many contacts were in it when they were last counted; null where they never were. */
  contactCount: number | null;
  countedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};
