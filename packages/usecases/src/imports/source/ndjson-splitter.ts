import { BlockText } from "./block-text.ts";
import { jsonRecord, longJsonRecord } from "./json-record.ts";
import type { BrokenRecord, FileRecord } from "./record.ts";
import type { Encoding } from "./shape.ts";
import type { Splitter } from "./splitter.ts";

/** Splits NDJSON: every line stands for itself, so nothing in it can end the file. */
export class NdjsonSplitter implements Splitter {
  readonly #encoding: Encoding;
  readonly #recordBytes: number;
  #row: number;
  /** a line past the limit whose end is not yet found */
  #long: BrokenRecord | null = null;

  /** @param row the number of the first line */
  constructor(encoding: Encoding, recordBytes: number, row: number) {
    this.#encoding = encoding;
    this.#recordBytes = recordBytes;
    this.#row = row;
  }

  take(bytes: Buffer, base: number, last: boolean, out: FileRecord[]): number {
    const block = new BlockText(bytes, this.#encoding, last);
    const text = block.latin;
    let at = 0;
    while (at < text.length) {
      const found = text.indexOf("\n", at);
      if (found === -1 && !last) {
        if (this.#long === null && text.length - at <= this.#recordBytes) return at;
        this.#long ??= longJsonRecord(block, base, at, this.#row, this.#recordBytes);
        return text.length;
      }
      const end = found === -1 ? text.length : found;
      if (this.#long === null && end - at > this.#recordBytes) {
        this.#long = longJsonRecord(block, base, at, this.#row, this.#recordBytes);
      }
      if (this.#long === null) this.#push(block, base, at, end, out);
      else this.#finish(this.#long, base + end, out);
      this.#row++;
      at = found === -1 ? end : end + 1;
    }
    if (last && this.#long !== null) this.#finish(this.#long, base + at, out);
    return at;
  }

  #push(block: BlockText, base: number, at: number, lineEnd: number, out: FileRecord[]): void {
    const end = block.latin.charCodeAt(lineEnd - 1) === 13 && lineEnd > at ? lineEnd - 1 : lineEnd;
    const first = block.latin.charCodeAt(at);
    if (end === at || (first <= 0x20 && /^[ \t\r]*$/.test(block.latin.slice(at, end)))) return;
    out.push(jsonRecord(block, base, at, end, this.#row));
  }

  #finish(long: BrokenRecord, end: number, out: FileRecord[]): void {
    out.push({ ...long, bytes: end - long.byte });
    this.#long = null;
  }
}
