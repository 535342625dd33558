import { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import { z } from "zod";
import { manyOf, oneOf, Time } from "../answers.ts";
import { ContactAnswer } from "../contacts/contact-answers.ts";

/** A segment in an answer. */
export const SegmentAnswer = z.object({
  id: z.uuid(),
  name: z.string(),
  filter: SegmentFilter,
  contactCount: z
    .int()
    .nullable()
    .describe("How many contacts were in it at `countedAt`; `null` where it was not counted yet."),
  countedAt: Time.nullable(),
  createdAt: Time,
  updatedAt: Time,
});

export const OneSegment = oneOf(SegmentAnswer);
export const SegmentPage = manyOf(SegmentAnswer);
export const MemberPage = manyOf(ContactAnswer);
export const Preview = oneOf(
  z.object({
    count: z.int().describe("How many contacts are in it now, exactly."),
    sample: z.array(ContactAnswer).describe("The newest ten of them."),
  }),
);
