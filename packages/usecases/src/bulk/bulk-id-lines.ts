import { Refused } from "@roster/domain/refusal.ts";

/** An id has at most 36 characters; what is longer than this without a line's end is no list of ids. */
const longestLine = 4096;

/**
 * The ids of a file with one on each line, in parts; blank lines are none. Memory stays flat.
 * @throws Refused bad_upload for a file that is no such list
 */
export async function* idLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r/);
    rest = lines.pop()!;
    if (rest.length > longestLine) throw noList();
    yield idsOf(lines);
  }
  yield idsOf([rest + decoder.decode()]);
}

function idsOf(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

function noList(): Refused {
  const message = "The file is no list of ids. Send a text file with the id of one contact on each line.";
  return new Refused({ code: "bad_upload", problem: "not_a_list", message });
}
