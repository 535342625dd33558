import { HealthAction } from "@roster/domain/health/health-action.ts";
import { FoundClass, HealthReason } from "@roster/domain/health/list-health.ts";
import { z } from "zod";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";

/** A run takes no options: a body, if there is one, is empty. */
export const RunBody = z.strictObject({});
export { HealthAction as ApplyBody };

const page = { limit: pageLimit({ default: 50, max: 1000 }), cursor: Cursor };

const runId = z
  .string("Give this parameter once.")
  .optional()
  .describe("A finished run; the latest where it is absent.");

const found = {
  runId,
  class: FoundClass.optional().describe("Only contacts of this class."),
  reason: HealthReason.optional().describe("Only contacts with this reason."),
};

export const RunsQuery = z.strictObject(page);
export const FindingsQuery = z.strictObject({ ...found, ...page });
export const UnengagedQuery = z.strictObject({ runId, ...page });
export const FindingsExportQuery = z.strictObject({
  ...found,
  format: z.enum(["csv"], "Write csv.").default("csv"),
});
