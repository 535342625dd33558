import { parseEmail } from "../email/email.ts";
import { headerWord } from "./header-field.ts";
import { readStatusWord } from "./import-row.ts";
import { plainCell } from "./spreadsheet-cell.ts";

/** What the cells of a column tell without its header. */
export type ColumnContent = "email" | "phone" | "locale" | "status" | "yes_or_no";

/**
 * What a column holds, by the cells of a file's first rows; null where they do not tell. Names and places look like any
 * other words, so they are never guessed.
 *
 * An email column has an address in more than half of all rows: a bad list is still a list. The others must fit
 * in every filled cell, because a wrong guess would cost more than an attribute too many.
 * @param cells one per row, empty ones too
 */
export function contentOf(cells: readonly string[]): ColumnContent | null {
  const filled = cells.map(plainCell).filter((cell) => cell !== "");
  if (filled.length === 0) return null;
  if (filled.filter(isEmail).length * 2 > cells.length) return "email";
  // “active” alone may be the state of anything.
  if (filled.every(isStatus) && filled.some((cell) => cell.toLowerCase() !== "active")) return "status";
  if (filled.every(isLocale)) return "locale";
  if (filled.every(isPhone)) return "phone";
  return filled.every(isYesOrNo) ? "yes_or_no" : null;
}

/** Whether a text is an address by itself: a first row that has one is no header. */
export function isEmail(text: string): boolean {
  return parseEmail(text).ok;
}

const emptyWord =
  /^(?:\p{Letter}?|column|col|field|var|unnamed|unknown|header|columna|campo|spalte|feld|unbenannt|colonne|champ)\d*$/u;

/** Whether a header tells nothing of its column: none, a letter, a number, “Column 3”, “Unnamed: 2”. */
export function saysNothing(header: string): boolean {
  return emptyWord.test(headerWord(header));
}

const isStatus = (cell: string) => readStatusWord(cell) !== null;

const languages = new Set(
  (
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko " +
    "ky lo lt lv mk ml mn mr ms my nb ne nl nn no pa pl pt ro ru si sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh zu"
  ).split(" "),
);
const locale = /^([a-z]{2,3})(?:[-_](?:[A-Z][a-z]{3}))?(?:[-_](?:[A-Z]{2}|\d{3}))?$/;

/** `en`, `de-AT`, `pt_BR`; not `DE` or `US`, which are countries. */
function isLocale(cell: string): boolean {
  return languages.has(locale.exec(cell)?.[1] ?? "");
}

const phoneCharacters = /^(?:\+|00?[1-9]|\()[\d\s().\-/]+$/;
const northAmerican = /^\d{3}[-. ]\d{3}[-. ]\d{4}$/;
const dateOrDecimal = /^\d{1,2}[-./]\d{1,2}[-./]\d{2,4}$|^\d*\.\d*$/;

/** Numbers as people write them down to be called; a plain number, a date and an amount are none. */
function isPhone(cell: string): boolean {
  const digits = cell.replace(/\D/g, "").length;
  if (digits < 7 || digits > 17 || dateOrDecimal.test(cell)) return false;
  return phoneCharacters.test(cell) || northAmerican.test(cell);
}

const isYesOrNo = (cell: string) => /^(?:true|false|yes|no)$/i.test(cell);
