import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";
import type { z } from "zod";

/** What a schema found, field by field; an unknown field is named as the field that it is. */
export function issuesOf(error: z.core.$ZodError): FieldIssue[] {
  return error.issues.flatMap((issue): FieldIssue[] => {
    const at = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") {
      return [{ field: at.join(".") || "body", code: codeOf(issue), message: issue.message }];
    }
    return issue.keys.map((key) => ({
      field: [...at, key].join("."),
      code: "unknown_field",
      message: "This field is not known here. Remove it, or check its spelling.",
    }));
  });
}

/** A rule of the domain names its own code; zod would call them all custom. */
function codeOf(issue: z.core.$ZodIssue): string {
  const own: unknown = issue.code === "custom" ? issue.params?.code : undefined;
  return typeof own === "string" ? own : issue.code;
}

/**
 * A value from outside as a schema reads it.
 * @throws Refused invalid, with every issue
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new Refused({ code: "invalid", issues: issuesOf(result.error) });
  return result.data;
}
