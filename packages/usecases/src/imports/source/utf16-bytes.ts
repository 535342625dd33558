/**
 * UTF-16 as UTF-8, whatever the chunks. A lone surrogate, or half a unit at the end, becomes a sequence that is not
 * valid UTF-8: so the record that holds it is recognised by the same check as in a UTF-8 file.
 */
export async function* utf8FromUtf16(
  chunks: AsyncIterable<Uint8Array>,
  bigEndian: boolean,
): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([held, chunk]);
    let whole = bytes.length & ~1;
    if (whole > 0 && isHighSurrogate(bytes[whole - (bigEndian ? 2 : 1)]!)) whole -= 2;
    held = bytes.subarray(whole);
    const units = bytes.subarray(0, whole);
    if (bigEndian) units.swap16();
    if (whole > 0) yield encode(units.toString("utf16le"));
  }
  if (held.length > 0) yield Buffer.of(0xff);
}

/** By the upper byte of a unit. */
function isHighSurrogate(upper: number): boolean {
  return upper >= 0xd8 && upper <= 0xdb;
}

function encode(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts = text.split(/(\p{Surrogate})/u);
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 0 ? Buffer.from(part) : surrogateBytes(part.charCodeAt(0)))),
  );
}

/** The three bytes that a surrogate would have if it were a character. */
function surrogateBytes(unit: number): Buffer {
  return Buffer.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
}
