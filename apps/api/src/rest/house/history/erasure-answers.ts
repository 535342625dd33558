import { erasedThings } from "@roster/domain/history/erasure.ts";
import { z } from "zod";
import { Time } from "../answers.ts";

const counts = Object.fromEntries(erasedThings.map((thing) => [thing, z.int()])) as Record<
  (typeof erasedThings)[number],
  z.ZodInt
>;

/** A wish to be forgotten and what came of it. */
export const ErasureAnswer = z.object({
  id: z.uuid(),
  jobId: z.uuid().describe("The job that looks for copies of the address."),
  done: z.boolean().describe("Whether every copy is gone. The contact is gone from the beginning."),
  requestedAt: Time,
  finishedAt: Time.nullable(),
  removed: z
    .object(counts)
    .describe(
      "How many of each were removed; `jobs` are those from whose description the address was taken out, `listedIds` lines of lists that it was taken out of.",
    ),
});
