import type { FieldIssue } from "@roster/domain/refusal.ts";

/** Issues by field, and those that belong to none. */
export function fieldErrors(issues: readonly FieldIssue[]): {
  fieldErrors: Record<string, string[]>;
  formErrors: string[];
} {
  const byField = new Map<string, string[]>();
  const formErrors: string[] = [];
  for (const { field, message } of issues) {
    if (field === "body") formErrors.push(message);
    else byField.set(field, [...(byField.get(field) ?? []), message]);
  }
  return { fieldErrors: Object.fromEntries(byField), formErrors };
}
