import type { Contact } from "./job.ts";
import { type Rest, restStream } from "./rest-stream.ts";

/** Which contacts are exported, those to whom everything that is given applies, and as what. */
export type ExportOptions = {
  /** `csv` unless said otherwise; `ndjson` has a contact on each line, as JSON. */
  format?: "csv" | "ndjson";
  status?: Contact["status"];
  /** Part of the email or the name. */
  search?: string;
  /** At least one of these. */
  tags?: readonly string[];
  /** On this list, by its id. */
  listId?: string;
  /** In this segment, by its id. */
  segmentId?: string;
  /** One of these. */
  tier?: readonly Contact["tier"][];
  /** The score, or more. */
  minScore?: number;
  /** Changed at or after this time. */
  updatedSince?: Date;
  signal?: AbortSignal;
};

/** All selected contacts as a file of any length. @throws RosterError when the server refuses, or cannot be reached */
export function exportContacts(
  rest: Rest,
  {
    format,
    status,
    search,
    tags = [],
    listId,
    segmentId,
    tier = [],
    minScore,
    updatedSince,
    signal,
  }: ExportOptions = {},
): Promise<ReadableStream<Uint8Array>> {
  const query = new URLSearchParams();
  for (const tag of tags) query.append("tag", tag);
  for (const one of tier) query.append("tier", one);
  const since = updatedSince?.toISOString();
  const least = minScore?.toString();
  const given = { format, status, search, listId, segmentId, minScore: least, updatedSince: since };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) query.set(name, value);
  }
  return restStream(rest, `/v1/contacts/export${query.size > 0 ? `?${query}` : ""}`, signal);
}
