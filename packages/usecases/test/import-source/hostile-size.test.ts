import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { detectSource } from "../../src/imports/source/detect.ts";
import { readRecords } from "../../src/imports/source/read.ts";
import type { OpenSource } from "../../src/imports/source/shape.ts";

const mib = 1024 * 1024;
/** What reading any of them may keep. */
const allowed = 30 * mib;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A file that is never in memory: a beginning, then the same 64 kB until its size is reached, then an end. */
function generated(head: string, filler: string, bytes: number, tail: string): OpenSource {
  const piece = Buffer.from(filler.repeat(Math.ceil((64 * 1024) / filler.length)));
  return async function* () {
    yield Buffer.from(head);
    for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
    yield Buffer.from(tail);
  };
}

/** Reads to the end, watching memory and the most work between two turns of the event loop, in ms of CPU time. */
async function watched(open: OpenSource) {
  collectGarbage();
  const before = memory();
  let peak = before;
  let longest = 0;
  let last = process.threadCpuUsage();
  let running = true;
  const turn = () => {
    const { user, system } = process.threadCpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    // What is kept counts, not what the collector has yet to fetch: that depends on what else the machine does. Below the
    // limit the two need not be told apart, and a collection at each turn would be most of this test's work.
    if (memory() - before >= allowed) collectGarbage();
    peak = Math.max(peak, memory());
    last = process.threadCpuUsage();
    if (running) setImmediate(turn);
  };
  turn();
  const problems: (string | undefined)[] = [];
  let error: unknown;
  try {
    const shape = await detectSource(open);
    for await (const { records } of readRecords(open, shape))
      problems.push(...records.map(({ problem }) => problem?.code));
  } catch (thrown) {
    error = thrown;
  }
  running = false;
  return { problems, error, extraMemory: peak - before, longest };
}

function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test.each<[string, OpenSource, string[], string | undefined]>([
  [
    "an unclosed quote in 64 MB of rows",
    generated('a,b\n1,"', "user@example.com,Ana\n", 64 * mib, ""),
    [],
    "unclosed_quote",
  ],
  [
    "an unclosed quote in 64 MB without line ends",
    generated('a,b\n1,"', "xy", 64 * mib, ""),
    [],
    "unclosed_quote",
  ],
  ["a 100 MB quoted cell", generated('a,b\n1,"', "xy", 100 * mib, '"\n2,3\n'), [], "unclosed_quote"],
  ["an unclosed quote in a 64 MB header", generated('a,"b', "xy,", 64 * mib, ""), [], "unclosed_quote"],
  [
    "a 100 MB unquoted cell",
    generated("a,b\n1,", "xy", 100 * mib, "\n2,3\n"),
    ["record_too_long", "-"],
    undefined,
  ],
  [
    "20 MB of delimiters",
    generated("a,b\n1,", ",", 20 * mib, "\n2,3\n"),
    ["record_too_long", "-"],
    undefined,
  ],
  [
    "20 MB of spaces before a quote",
    generated("a,b\n1,", " ", 20 * mib, '"\n2,3\n'),
    ["record_too_long", "-"],
    undefined,
  ],
  [
    "20 MB of quoted cells in one row",
    generated("a,b\n1", ',"x"', 20 * mib, "\n2,3\n"),
    ["record_too_long", "-"],
    undefined,
  ],
  [
    "a 100 MB line of NDJSON",
    generated('{"a":1}\n', "[[", 100 * mib, "\n{}\n"),
    ["-", "record_too_long", "-"],
    undefined,
  ],
  [
    "a 100 MB element of JSON",
    generated('[{"a":"', "xy", 100 * mib, '"},{}]'),
    ["record_too_long", "-"],
    undefined,
  ],
])(
  "%s: memory stays flat and other work gets its turn",
  async (name, open, problems, code) => {
    let seen = await watched(open);
    // A busy machine makes one reading dear, or two; a step that really is long is so in each.
    for (let again = 0; again < 2 && seen.longest >= 100; again++) seen = await watched(open);
    expect(seen.problems.map((problem) => problem ?? "-")).toEqual(problems);
    expect((seen.error as { code?: string } | undefined)?.code).toBe(code);
    if (code !== undefined) expect(seen.error).toMatchObject({ row: name.endsWith("header") ? 1 : 2 });
    expect(seen.extraMemory).toBeLessThan(allowed);
    // Below 50 where nothing else runs.
    expect(seen.longest).toBeLessThan(100);
  },
  90_000,
);
