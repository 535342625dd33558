import type { Status } from "../contacts/status.ts";
import type { RowResult } from "../imports/import-row.ts";
import { type RowProblem, rowProblem } from "../imports/row-problem.ts";

/** An address that is not to be mailed: what a row of a file of suppressions says. */
export type SuppressionInput = { email: string; status: Exclude<Status, "active"> };

export type SuppressionResult = { ok: true; input: SuppressionInput } | { ok: false; problem: RowProblem };

/** A row as it was read for a contact, taken for a suppression. Without a status the address is unsubscribed. */
export function readSuppression(row: RowResult): SuppressionResult {
  if (!row.ok) return row;
  const { email, status = "unsubscribed" } = row.input;
  if (email === undefined) {
    const message = "The email is missing. Give each row an email.";
    return { ok: false, problem: rowProblem("email_missing", "email", null, message) };
  }
  if (status === true || status === "active") {
    const message =
      "A suppressed address is unsubscribed, bounced or complained. Mend the status, or remove the row.";
    return { ok: false, problem: rowProblem("status_invalid", "status", status, message) };
  }
  return { ok: true, input: { email, status: status === false ? "unsubscribed" : status } };
}
