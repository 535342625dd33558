import { headerWord } from "./header-field.ts";
import type { RowResult } from "./import-row.ts";
import { type RowProblem, rowProblem } from "./row-problem.ts";
import type { Status } from "./status.ts";

/** An address that is not to be mailed: what a row of a file of suppressions says. */
export type SuppressionInput = {
  email: string;
  status: Exclude<Status, "active">;
  /** Why, in the words of the file. */
  reason: string | null;
};

export type SuppressionResult = { ok: true; input: SuppressionInput } | { ok: false; problem: RowProblem };

const reasonWords = new Set(["reason", "unsubscribereason", "bouncereason", "motivo", "grund", "raison"]);

/** Whether a header or key means the reason why an address is not to be mailed. */
export function isSuppressionReason(header: string): boolean {
  return reasonWords.has(headerWord(header));
}

/** Longest reason, in characters. */
const reasonLimit = 255;

/** A row as it was read for a contact, taken for a suppression. Without a status the address is unsubscribed. */
export function readSuppression(row: RowResult): SuppressionResult {
  if (!row.ok) return row;
  const { email, status = "unsubscribed", attributes } = row.input;
  const failed = (problem: RowProblem): SuppressionResult => ({ ok: false, problem });
  if (email === undefined) {
    return failed(
      rowProblem("email_missing", "email", null, "The email is missing. Give each row an email."),
    );
  }
  if (status === true || status === "active") {
    const message =
      "A suppressed address is unsubscribed, bounced or complained. Mend the status, or remove the row.";
    return failed(rowProblem("status_invalid", "status", status, message));
  }
  const [key, reason] = Object.entries(attributes ?? {}).find(([name]) => isSuppressionReason(name)) ?? [
    "",
    null,
  ];
  if (reason !== null && typeof reason !== "string") {
    return failed(rowProblem("wrong_type", key, reason, `${key} must be a text.`));
  }
  if (reason !== null && reason.length > reasonLimit) {
    const message = `${key} is longer than ${reasonLimit} characters. Shorten it.`;
    return failed(rowProblem("text_too_long", key, reason, message));
  }
  return { ok: true, input: { email, status: status === false ? "unsubscribed" : status, reason } };
}
