import type { Delimiter } from "./shape.ts";

/** Reads the cells of one record; null if its quotes are malformed. */
export type QuotedCells = (record: string) => string[] | null;

/**
 * The cells of one record with quotes, by fast-csv's rules, to which a property test holds them: in a sixth of its time
 * (it makes an object per character), and without blocking for a tenth of a second on a cell of 1 MiB.
 */
export function quotedCells(delimiter: Delimiter): QuotedCells {
  const space = new RegExp(`[^\\S${delimiter}]*`, "y");
  const behindSpace = (text: string, from: number): number => {
    const code = text.charCodeAt(from);
    if (code > 0x20 && code < 0x80) return from;
    space.lastIndex = from;
    return from + space.exec(text)![0].length;
  };
  return (record) => {
    const cells: string[] = [];
    for (let at = 0; ; ) {
      const open = behindSpace(record, at);
      if (record[open] === '"') {
        let close = record.indexOf('"', open + 1);
        let escaped = false;
        while (close !== -1 && record[close + 1] === '"') {
          escaped = true;
          close = record.indexOf('"', close + 2);
        }
        if (close === -1) return null;
        const cell = record.slice(open + 1, close);
        cells.push(escaped ? cell.replaceAll('""', '"') : cell);
        at = behindSpace(record, close + 1);
        if (at < record.length && record[at] !== delimiter) return null;
      } else {
        const end = record.indexOf(delimiter, at);
        const to = end === -1 ? record.length : end;
        // White space in front of the first delimiter is dropped, and only there.
        cells.push(cells.length === 0 && open >= to ? "" : record.slice(at, to));
        at = to;
      }
      if (at >= record.length) return cells;
      at++;
    }
  };
}
