import type { AppRouter } from "@roster/api/trpc/router.ts";
import type { inferRouterOutputs } from "@trpc/server";

type Outputs = inferRouterOutputs<AppRouter>;

/** A job as it is at one moment. Times are ISO 8601 texts. */
export type Job = Outputs["jobs"]["get"];

/** Why one row of a file failed; `row` is the number that a spreadsheet shows. */
export type JobFailure = Outputs["jobs"]["failures"]["failures"][number];

/** How an import would read a file's beginning. */
export type ImportPreview = Outputs["imports"]["preview"];

/** How many contacts an undo would delete, put back, and leave because somebody changed them since. */
export type UndoPreview = Outputs["jobs"]["previewUndo"];

export type Contact = Outputs["contacts"]["get"];
