/** What a spreadsheet runs as a formula, or reads as a number: +49 30 1234 becomes 49301234 there. */
const formula = /^\s*[=+\-@]/;

/** The first apostrophe in front says “this is text”, to a spreadsheet and to `plainCell`; further ones are the text's own. */
const marked = /^'+[=+\-@]/;

/**
 * A cell for a file that people open in a spreadsheet: a leading =, +, - or @ gets an apostrophe in front, so that it
 * neither runs nor loses its plus sign. `plainCell` takes it away again: for every cell, `plainCell(defusedCell(cell))`
 * equals `plainCell(cell)`.
 */
export function defusedCell(cell: string): string {
  return formula.test(cell) ? `'${cell.trimStart()}` : cell;
}

/**
 * A value for such a file: as `defusedCell`, and a text that begins as a marked one does is marked too, so that for every
 * trimmed text `plainCell(defusedText(text))` is the text.
 */
export function defusedText(text: string): string {
  return marked.test(text) ? `'${text}` : defusedCell(text);
}

/**
 * A cell of a file as it is meant: trimmed, and without the apostrophe by which Roster and other systems mark a text that
 * begins as a formula does.
 */
export function plainCell(cell: string): string {
  const text = cell.trim();
  // Nearly no cell begins with an apostrophe, and every cell of every file comes by here.
  return text.charCodeAt(0) === 39 && marked.test(text) ? text.slice(1) : text;
}
