import type { Attributes } from "../contacts/attributes.ts";
import { checkAttributes } from "../contacts/attributes.ts";
import type { ContactInput } from "../contacts/contact.ts";
import { type TextField, textLimits } from "../contacts/contact.ts";
import { readAttributesCell } from "../contacts/export-column.ts";
import { Status } from "../contacts/status.ts";
import { splitTagCell } from "../contacts/tag.ts";
import { parseEmail } from "../email/email.ts";
import { isStorable } from "../text/text.ts";
import type { ColumnTarget } from "./import-columns.ts";
import { type RowProblem, rowProblem } from "./row-problem.ts";
import { plainCell } from "./spreadsheet-cell.ts";

export type RowResult = { ok: true; input: ContactInput } | { ok: false; problem: RowProblem };

const failed = (problem: RowProblem): RowResult => ({ ok: false, problem });

/** Words for `subscribed` and `optIn` cells, any case; an empty cell means absent. */
const booleans = new Map<string, boolean>([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["0", false],
  ["no", false],
]);

/**
 * One row of a delimited file as a contact. Empty cells mean absent, missing trailing cells too, and extra cells are
 * ignored as long as they are empty; more filled cells than headers fail the row. A spreadsheet's mark of a text is no
 * part of it: see `plainCell`.
 * @param tags given to every row of the file, in front of the row's own
 */
export function readCells(
  cells: readonly string[],
  columns: readonly ColumnTarget[],
  tags: readonly string[],
): RowResult {
  const input: ContactInput = {};
  let attributes: Attributes | undefined;
  let own: readonly string[] | undefined;
  let subscribed: boolean | undefined;

  for (let i = 0; i < cells.length; i++) {
    const cell = plainCell(cells[i]!);
    if (cell === "") continue;
    const column = columns[i];
    if (column === undefined) {
      const message = `The row has ${cells.length} cells and the header ${columns.length}. Remove the extra cell, or quote the cell that holds the delimiter.`;
      return failed(rowProblem("too_many_cells", null, cell, message));
    }
    switch (column.kind) {
      case "attribute":
        attributes ??= {};
        attributes[column.key] = cell;
        break;
      case "attributes": {
        const held = readAttributesCell(cell);
        if (held === null) {
          const message = "The cell must hold a JSON object of attributes, or be empty.";
          return failed(rowProblem("wrong_type", null, cell, message));
        }
        const problem = checkAttributes(held, { refuseNamedFields: true });
        if (problem !== null)
          return failed(rowProblem("attributes_invalid", problem.key, null, problem.message));
        attributes = { ...held, ...attributes };
        break;
      }
      case "email": {
        const email = parseEmail(cell);
        if (!email.ok) return failed(rowProblem("email_invalid", "email", cell, email.message));
        input.email = email.email;
        break;
      }
      case "text": {
        const problem = textProblem(column.field, cell);
        if (problem !== null) return failed(problem);
        input[column.field] = cell;
        break;
      }
      case "tags":
        own = splitTagCell(cell);
        break;
      case "status": {
        const status = readStatusWord(cell);
        if (status === null) return failed(statusInvalid(cell));
        input.status = status;
        break;
      }
      case "subscribed": {
        subscribed = booleans.get(cell.toLowerCase());
        if (subscribed === undefined) {
          const message = "Write true, 1 or yes, or false, 0 or no, or leave the cell empty.";
          return failed(rowProblem("subscribed_invalid", "subscribed", cell, message));
        }
        break;
      }
      case "ignore":
        break;
    }
  }

  if (input.status === undefined && subscribed !== undefined) input.status = subscribed;
  if (own !== undefined) input.tags = tags.length === 0 ? own : [...tags, ...own];
  else if (tags.length > 0) input.tags = tags;
  if (attributes !== undefined) {
    const problem = checkAttributes(attributes);
    if (problem !== null) return failed(rowProblem("attributes_invalid", problem.key, null, problem.message));
    input.attributes = attributes;
  }
  if (input.email === undefined && input.externalId === undefined) {
    return failed(
      rowProblem("email_missing", "email", null, "The email is missing. Give each row an email."),
    );
  }
  return { ok: true, input };
}

/** A status word of any dialect; `subscribed` is another word for active. */
export function readStatusWord(word: string): Status | null {
  const lower = word.trim().toLowerCase();
  const status = Status.safeParse(lower === "subscribed" ? "active" : lower);
  return status.success ? status.data : null;
}

export function statusInvalid(word: unknown): RowProblem {
  const message = "A status is active, unsubscribed, bounced or complained.";
  return rowProblem("status_invalid", "status", word, message);
}

/** Why a text cannot be a field's value, or null. */
export function textProblem(field: TextField, text: string): RowProblem | null {
  const limit = textLimits[field];
  if (text.length > limit) {
    return rowProblem(
      "text_too_long",
      field,
      text,
      `${field} is longer than ${limit} characters. Shorten it.`,
    );
  }
  if (!isStorable(text)) {
    return rowProblem(
      "invalid_characters",
      field,
      text,
      `${field} holds characters that are no text. Remove them.`,
    );
  }
  return null;
}
