import type { Defaults } from "../imports/import-default.ts";
import type { StatusPolicy } from "./status.ts";

/** How one request or job writes contacts. The doors choose it; the domain obeys it. */
export type WritePolicy = StatusPolicy & {
  /**
   * What to do with a contact that is already there.
   * `merge`: the merge rules. `skip`: leave it as it is. `overwrite`: as merge, but given tags and attributes replace
   * the whole set.
   */
  onExisting: "merge" | "skip" | "overwrite";
  /** Whether given tags are added to the contact's or replace them. */
  tags: "add" | "replace";
  /** For what a write does not say: see `ImportPolicy`. */
  defaults: Defaults | null;
  /** The list that everybody is put on whom a row creates or finds, also who is skipped; null for none. */
  listId: string | null;
};

/** One contact, named by one request: upserts of the REST dialects and of tRPC. */
export const singleWrite: WritePolicy = {
  shape: "single",
  onExisting: "merge",
  tags: "add",
  defaults: null,
  listId: null,
  resubscribe: null,
  optInNeedsConsent: false,
};

/** Arrays and files: nobody who left comes back. */
export const bulkWrite: WritePolicy = { ...singleWrite, shape: "many" };

/** Most contacts that one request may write; more come as a file, which a job imports without any limit. */
export const upsertLimit = 10_000;
