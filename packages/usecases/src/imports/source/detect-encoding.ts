import { isUtf8 } from "node:buffer";
import type { Encoding } from "./shape.ts";

/** The encoding that a text's byte order mark names; null without one. */
export function markedEncoding(sample: Buffer): Encoding | null {
  const [first, second] = sample;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return sample.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? "utf-8" : null;
}

/**
 * The encoding of a text without a byte order mark by its beginning: the NUL bytes that UTF-16 has in every delimiter and
 * digit decide; then whether it is UTF-8. A file that is mostly UTF-8 counts as UTF-8, so that a few damaged
 * rows fail one by one and the names in all others stay right.
 * @param complete whether the sample is the whole file; else its last character may be cut
 */
export function detectEncoding(sample: Buffer, complete: boolean): Encoding {
  const wide = wideByNuls(sample);
  if (wide !== null) return wide;
  if (isUtf8(complete ? sample : withoutCutCharacter(sample))) return "utf-8";
  const { sequences, invalid } = countUtf8(sample);
  return sequences > invalid ? "utf-8" : "windows-1252";
}

/**
 * A fifth of the units with one NUL byte, always on the same side, is UTF-16: not even its line ends lack them. In a
 * few bytes a damaged row could look so; there it must be half.
 */
function wideByNuls(sample: Buffer): "utf-16le" | "utf-16be" | null {
  if (!sample.includes(0)) return null;
  const nuls = [0, 0];
  for (let at = sample.indexOf(0); at !== -1; at = sample.indexOf(0, at + 1)) nuls[at % 2]!++;
  const [even, odd] = nuls as [number, number];
  const enough = (sample.length / 2) * (sample.length < 256 ? 0.5 : 0.2);
  if (odd > enough && odd > 10 * even) return "utf-16le";
  return even > enough && even > 10 * odd ? "utf-16be" : null;
}

function withoutCutCharacter(sample: Buffer): Buffer {
  for (let back = 1; back <= 3; back++) {
    const byte = sample[sample.length - back];
    if (byte !== undefined && byte >= 0xc0) return sample.subarray(0, sample.length - back);
  }
  return sample;
}

/** Multi-byte sequences that are well formed, and bytes that belong to none. */
function countUtf8(sample: Buffer): { sequences: number; invalid: number } {
  let sequences = 0;
  let invalid = 0;
  for (let at = 0; at < sample.length; ) {
    const byte = sample[at]!;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (length === 1) {
      at++;
    } else if (byte >= 0xc2 && at + length <= sample.length && isUtf8(sample.subarray(at, at + length))) {
      sequences++;
      at += length;
    } else {
      invalid++;
      at++;
    }
  }
  return { sequences, invalid };
}
