import { BlockText } from "./block-text.ts";
import { jsonRecord, longJsonRecord } from "./json-record.ts";
import { type JsonScan, scanJsonValue, skipJsonSpace } from "./json-scan.ts";
import type { BrokenRecord, FileRecord } from "./record.ts";
import type { Encoding } from "./shape.ts";
import { SourceError } from "./source-error.ts";
import type { Splitter } from "./splitter.ts";

/** What the document must go on with. */
type Expected = "array" | "elementOrEnd" | "element" | "commaOrEnd" | "nothing";

/**
 * Splits a JSON array into its elements, each parsed on its own, so that a document of any size needs the memory of
 * one element. A document that is broken ends there: behind a misplaced bracket nothing can be trusted.
 */
export class JsonSplitter implements Splitter {
  readonly #encoding: Encoding;
  readonly #recordBytes: number;
  #row: number;
  #expected: Expected;
  /** an element past the limit whose end is not yet found */
  #long: { record: BrokenRecord; scan: JsonScan } | null = null;

  /**
   * @param row index + 1 of the first element
   * @param resumed whether the bytes begin at an element and not at the document's beginning
   */
  constructor(encoding: Encoding, recordBytes: number, row: number, resumed: boolean) {
    this.#encoding = encoding;
    this.#recordBytes = recordBytes;
    this.#row = row;
    this.#expected = resumed ? "element" : "array";
  }

  take(bytes: Buffer, base: number, last: boolean, out: FileRecord[]): number {
    const block = new BlockText(bytes, this.#encoding, last);
    let at = 0;
    for (;;) {
      if (this.#long === null) at = skipJsonSpace(bytes, at);
      if (at >= bytes.length) {
        if (last && this.#expected !== "nothing") throw this.#cutOff();
        return at;
      }
      const byte = this.#long === null ? bytes[at] : undefined;
      if (byte !== undefined && this.#punctuation(byte)) {
        at++;
        continue;
      }
      const scan = this.#long?.scan ?? { depth: 0, inString: false };
      const end = scanJsonValue(bytes, at, scan);
      if (end < 0) {
        if (last) throw this.#cutOff();
        if (this.#long === null) {
          if (bytes.length - at <= this.#recordBytes) return at;
          this.#long = { record: longJsonRecord(block, base, at, this.#row, this.#recordBytes), scan };
        }
        return -1 - end;
      }
      if (this.#long === null && end - at > this.#recordBytes) {
        this.#long = { record: longJsonRecord(block, base, at, this.#row, this.#recordBytes), scan };
      }
      // A number or word that reaches the end of the block may go on; brackets and quotes close for good.
      out.push(this.#element(block, base, at, end));
      this.#row++;
      this.#expected = "commaOrEnd";
      at = end;
    }
  }

  #element(block: BlockText, base: number, at: number, end: number): FileRecord {
    if (this.#long !== null) {
      const { record } = this.#long;
      this.#long = null;
      return { ...record, bytes: base + end - record.byte };
    }
    const record = jsonRecord(block, base, at, end, this.#row);
    if (record.problem?.code !== "invalid_json") return record;
    throw this.#broken(record.problem.message);
  }

  /** Whether the byte is the document's own; false where an element begins. */
  #punctuation(byte: number): boolean {
    const char = String.fromCharCode(byte);
    switch (this.#expected) {
      case "array":
        if (char !== "[") throw this.#noArray();
        this.#expected = "elementOrEnd";
        return true;
      case "commaOrEnd":
        if (char !== "," && char !== "]")
          throw this.#broken("A comma or the end of the array is expected before it.");
        this.#expected = char === "," ? "element" : "nothing";
        return true;
      case "nothing":
        throw this.#broken("Something follows the end of the array.");
      case "elementOrEnd":
        if (char === "]") this.#expected = "nothing";
        return char === "]";
      case "element":
        if (char === "]" || char === "," || char === "}")
          throw this.#broken(`There is no value in front of "${char}".`);
        return false;
    }
  }

  #noArray(): SourceError {
    const message = 'The JSON file must be an array of objects, like [{"email": "ana@example.com"}].';
    return new SourceError("invalid_json", message);
  }

  #cutOff(): SourceError {
    if (this.#expected === "array")
      return new SourceError("empty_file", "The file is empty. Send an array of contacts.");
    return this.#broken(
      "The file ends before the array does: it was cut off, or a bracket or quote is not closed.",
    );
  }

  #broken(reason: string): SourceError {
    const message = `The JSON file is not valid at element ${this.#row}. ${reason} Mend it and upload the file again.`;
    return new SourceError("invalid_json", message, this.#row);
  }
}
