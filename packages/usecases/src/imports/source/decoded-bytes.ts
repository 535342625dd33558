import { gunzipBytes } from "./gunzip-bytes.ts";
import type { OpenSource, SourceShape } from "./shape.ts";
import { utf8FromUtf16 } from "./utf16-bytes.ts";

/** The decoded stream of a file, and how much of the raw upload went into it. */
export type DecodedBytes = { chunks: AsyncIterable<Uint8Array>; rawEnd: () => number };

/**
 * A file's bytes as the splitters want them: ungzipped, UTF-16 as UTF-8, from an offset of that decoded stream on.
 * A plain file is opened there; a gzipped or UTF-16 one is read from its beginning, which costs time, not memory.
 */
export function decodedBytes(
  open: OpenSource,
  shape: Pick<SourceShape, "gzip" | "encoding">,
  fromByte: number,
): DecodedBytes {
  const wide = shape.encoding === "utf-16le" || shape.encoding === "utf-16be";
  const seekable = !shape.gzip && !wide;
  let raw = seekable ? fromByte : 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of open(raw)) {
      raw += chunk.length;
      yield chunk;
    }
  }
  let chunks: AsyncIterable<Uint8Array> = counted();
  if (shape.gzip) chunks = gunzipBytes(chunks);
  if (wide) chunks = utf8FromUtf16(chunks, shape.encoding === "utf-16be");
  return { chunks: seekable ? chunks : behind(chunks, fromByte), rawEnd: () => raw };
}

async function* behind(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (chunk.length > left) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
