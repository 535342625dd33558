import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";

/** Issues that one answer names: a list of contacts can have thousands. */
const shownIssues = 20;

/** An issue of an item, by the item's place in the list. */
export function within(
  place: string,
  { field, code, message }: { field: string | null; code: string; message: string },
): FieldIssue {
  return { field: field === null ? place : `${place}.${field}`, code, message };
}

/** A request that is turned down for its contacts, with the first issues and how many there are. */
export function refusedIssues(issues: readonly FieldIssue[]): Refused {
  const shown = issues.slice(0, shownIssues);
  if (issues.length > shown.length) {
    const message = `${issues.length - shown.length} more are not shown.`;
    shown.push({ field: "contacts", code: "more_issues", message });
  }
  return new Refused({ code: "invalid", issues: shown });
}
