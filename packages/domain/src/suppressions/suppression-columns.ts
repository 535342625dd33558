import { type ColumnChoice, columnChoice } from "../imports/column-choice.ts";
import type { ColumnContent } from "../imports/column-content.ts";
import { type ColumnsResult, type ColumnTarget, mapColumns } from "../imports/import-columns.ts";

/**
 * The columns of a file of suppressions, found as `mapColumns` finds them: address and status. Whatever else is there is
 * not even looked at, so that nothing in it can fail a row, and not kept: a reason such as a mail server's answer often
 * holds the address, of which only a hash is to be left.
 */
export function mapSuppressionColumns(
  headers: readonly string[],
  mapping: Readonly<Record<string, string>> = {},
  contents: readonly (ColumnContent | null)[] = [],
): ColumnsResult {
  const mapped = mapColumns(headers, mapping, contents);
  if (!mapped.ok) return mapped;
  const kept = mapped.columns.map((column, i) => suppressionTarget(column, mapped.choices[i]!));
  const columns = kept.map(({ target }) => target);
  const choices = kept.map(({ choice }) => choice);
  if (columns.some(({ kind }) => kind === "email")) return { ok: true, columns, choices };
  const message = "A file of suppressions needs the addresses. Name their column “email”, or map it.";
  return { ok: false, problem: { code: "no_email_column", message }, columns, choices };
}

/** What a column or key of a file of suppressions fills. */
export function suppressionTarget<Target extends ColumnTarget>(
  target: Target,
  choice: ColumnChoice,
): { target: Target | { kind: "ignore" }; choice: ColumnChoice } {
  switch (target.kind) {
    case "email":
    case "status":
    case "subscribed":
    case "ignore":
      return { target, choice };
  }
  return { target: { kind: "ignore" }, choice: columnChoice.notSuppression() };
}
