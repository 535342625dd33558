import { SegmentFilter, SegmentName } from "@roster/domain/segments/segment-filter.ts";
import { z } from "zod";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";

const object = "Send a JSON object, with Content-Type: application/json.";

export const NewSegment = z.strictObject({ name: SegmentName, filter: SegmentFilter }, object);

export const SegmentChange = z
  .strictObject({ name: SegmentName.optional(), filter: SegmentFilter.optional() }, object)
  .refine(({ name, filter }) => name !== undefined || filter !== undefined, "Send name, filter, or both.");

export const PreviewBody = z.strictObject({ filter: SegmentFilter }, object);

/** The path of one segment. */
export const SegmentPath = z.object({ id: z.string().describe("The segment's id, a UUID.") });

export const SegmentsQuery = z.strictObject({
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor,
});
