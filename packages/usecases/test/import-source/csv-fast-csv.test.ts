import { parseString } from "@fast-csv/parse";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DELIMITERS, type Delimiter, type SourceShape } from "../../src/imports/source/shape.ts";
import { collect, rows, sourceFrom } from "./source-from.ts";

/** fast-csv's own stream on the whole file: every line a row, blank ones too, so that its index is the row number. */
function fastCsv(text: string, delimiter: Delimiter): Promise<[number, string[]][]> {
  const found: string[][] = [];
  return new Promise((resolve, reject) => {
    parseString<string[], string[]>(text, { delimiter, headers: false, ignoreEmpty: false })
      .on("data", (row) => found.push(row))
      .on("error", reject)
      .on("end", () => {
        const numbered = found.map((row, i): [number, string[]] => [i + 1, row]);
        resolve(numbered.slice(1).filter(([, row]) => row.some((cell) => cell.trim() !== "")));
      });
  });
}

const shapeOf = (delimiter: Delimiter): SourceShape => ({
  format: "csv",
  gzip: false,
  encoding: "utf-8",
  delimiter,
  headers: ["a"],
  headerRow: true,
  contents: [null],
});

/** Without U+FEFF, which fast-csv drops from the beginning of whatever its last chunk left over. */
const plainText = fc.string({ unit: fc.constantFrom(..."ab12@. '\t\u00a0\u3000é漢😀-"), maxLength: 8 });
const anyText = fc.string({ unit: fc.constantFrom(...'ab"",;|\t\n\r\u00a0 é漢😀'), maxLength: 8 });
const spaces = fc.string({ unit: fc.constantFrom(" ", "\u00a0", "\v", "\u2003", "\ufeff"), maxLength: 2 });

/** A cell as it stands in a file: bare, bare with a quote inside, or quoted with white space around. */
const cell = (delimiter: Delimiter) =>
  fc.oneof(
    plainText.map((text) => text.replaceAll(delimiter, "").replace(/^\s*"/, "")),
    plainText.map((text) => `5" ${text.replaceAll(delimiter, "")}"`),
    fc
      .tuple(spaces, anyText, spaces)
      .map(([before, text, after]) => `${before}"${text.replaceAll('"', '""')}"${after}`),
  );

const lineEnd = fc.constantFrom("\n", "\r\n", "\r");

const file = fc.constantFrom(...DELIMITERS).chain((delimiter) =>
  fc.record({
    delimiter: fc.constant(delimiter),
    text: fc
      .array(fc.tuple(fc.array(cell(delimiter), { maxLength: 5 }), lineEnd), { maxLength: 8 })
      .map((lines) => `header\n${lines.map(([cells, end]) => cells.join(delimiter) + end).join("")}`),
    endless: fc.boolean(),
  }),
);

test("records are the ones that fast-csv reads, whatever the chunks and blocks", async () => {
  await fc.assert(
    fc.asyncProperty(
      file,
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 64 }),
      async (f, chunk, block) => {
        const text = f.endless ? f.text.replace(/[\r\n]+$/, "") : f.text;
        const { records, error } = await collect(sourceFrom(text, chunk), shapeOf(f.delimiter), undefined, {
          blockBytes: block,
        });
        expect(error).toBeUndefined();
        expect(rows(records)).toEqual(await fastCsv(text, f.delimiter));
        expect(records.every(({ problem }) => problem === undefined)).toBe(true);
      },
    ),
    { numRuns: 1500 },
  );
});

test("a resume at any record gives exactly the records that follow, for every size of chunk", async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.integer({ min: 1, max: 64 }), async (f, size) => {
      const bytes = Buffer.from(`\ufeff${f.text}`);
      const shape = shapeOf(f.delimiter);
      const whole = await collect(sourceFrom(bytes, size), shape, undefined, { blockBytes: size });
      for (const [i, { byte, row }] of whole.records.entries()) {
        const rest = await collect(sourceFrom(bytes, size), shape, { byte, row }, { blockBytes: size });
        expect(rest).toEqual({ ...whole, records: whole.records.slice(i) });
      }
    }),
    { numRuns: 200 },
  );
});
