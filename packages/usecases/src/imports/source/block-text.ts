import { isAscii, isUtf8 } from "node:buffer";
import type { RecordProblem } from "./record.ts";
import type { Encoding } from "./shape.ts";

const windows1252 = new TextDecoder("windows-1252");

/** The five bytes that Windows-1252 leaves undefined. */
const undefinedBytes = /[\x81\x8d\x8f\x90\x9d]/;

/** Where Windows-1252 differs from Latin-1. */
const beyondLatin1 = /[\x80-\x9f]/;

const nulByte: RecordProblem = {
  code: "nul_byte",
  message:
    "The record contains a NUL byte, which no text has. Export the file again as text, or delete the byte.",
};

/**
 * One block of a file's bytes as text. `latin` has one character per byte, so that an index into it is a byte
 * offset and a search is a native one; only what is not ASCII is decoded, and only the records that need it.
 */
export class BlockText {
  readonly latin: string;
  /** no byte of the block can give a record a problem */
  readonly clean: boolean;
  readonly #bytes: Buffer;
  readonly #ascii: boolean;
  readonly #valid: boolean;
  readonly #singleByte: boolean;

  /** @param whole whether the block ends where a record ends; else what follows the last line end is not judged */
  constructor(bytes: Buffer, encoding: Encoding, whole: boolean) {
    this.#bytes = bytes;
    this.latin = bytes.toString("latin1");
    this.#singleByte = encoding === "windows-1252";
    this.#ascii = isAscii(bytes);
    this.#valid =
      this.#ascii || (this.#singleByte ? !undefinedBytes.test(this.latin) : isUtf8(judged(bytes, whole)));
    this.clean = this.#valid && !bytes.includes(0);
  }

  /** The text of a range of bytes; what is invalid shows as U+FFFD. */
  slice(from: number, to: number): string {
    if (this.#ascii) return this.latin.slice(from, to);
    if (!this.#singleByte) return this.#bytes.toString("utf8", from, to);
    const latin = this.latin.slice(from, to);
    return beyondLatin1.test(latin) ? windows1252.decode(this.#bytes.subarray(from, to)) : latin;
  }

  /** What is wrong with a range of bytes; ask only where the block is not `clean`. */
  problem(from: number, to: number): RecordProblem | undefined {
    const latin = this.latin.slice(from, to);
    if (!this.#valid && this.#isInvalid(latin, from, to)) {
      return { code: "invalid_encoding", message: this.#encodingMessage() };
    }
    return latin.includes("\0") ? nulByte : undefined;
  }

  #isInvalid(latin: string, from: number, to: number): boolean {
    return this.#singleByte ? undefinedBytes.test(latin) : !isUtf8(this.#bytes.subarray(from, to));
  }

  #encodingMessage(): string {
    return this.#singleByte
      ? "The record has bytes that mean nothing in Windows-1252. Export the file again as UTF-8."
      : "The record has bytes that are not valid in the file's encoding. Export the file again as UTF-8, or name its encoding.";
  }
}

/** A multi-byte character may be cut by the end of the block, so only whole lines are judged. */
function judged(bytes: Buffer, whole: boolean): Buffer {
  return whole ? bytes : bytes.subarray(0, Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1);
}

/** Text as a report can store it. */
export function withoutNul(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}
