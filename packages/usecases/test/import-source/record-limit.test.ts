import fc from "fast-check";
import { expect, test } from "vitest";
import type { SourceShape } from "../../src/imports/source/shape.ts";
import { SourceError } from "../../src/imports/source/source-error.ts";
import { collect, readAll, sourceFrom } from "./source-from.ts";

const csv: SourceShape = {
  format: "csv",
  gzip: false,
  encoding: "utf-8",
  delimiter: ",",
  headers: ["a"],
  headerRow: true,
  contents: [null],
};

test("a row past the limit fails and shows its beginning; the file goes on behind its line end", async () => {
  const { records, error } = await readAll(
    `a,b\n1,2\n3,${"x".repeat(5000)}\n4,"ok"\n`,
    {},
    { recordBytes: 1000 },
  );
  expect(error).toBeUndefined();
  expect(records.map(({ row, bytes, problem }) => [row, bytes, problem?.code])).toEqual([
    [2, 3, undefined],
    [3, 5002, "record_too_long"],
    [4, 6, undefined],
  ]);
  expect(records[1]?.cells).toEqual(["3", `${"x".repeat(198)}…`]);
});

test("a row past the limit ends where its quotes say, if each quoted cell is within the limit", async () => {
  const notes = Array.from({ length: 5 }, (_, i) => `"${i}\n${"n".repeat(500)}"`).join(",");
  const { records, error } = await readAll(`a,b\n${notes}\nnext,1\n`, {}, { recordBytes: 1000 });
  expect(error).toBeUndefined();
  expect(records.map(({ row, problem }) => [row, problem?.code])).toEqual([
    [2, "record_too_long"],
    [3, undefined],
  ]);
});

test("a quote that is open at the end of the file ends it, naming the row, behind the rows in front of it", async () => {
  const { records, error } = await readAll('a,b\n1,2\n\n3,"never\n4,5\n');
  expect(records.map(({ row }) => row)).toEqual([2]);
  expect(error).toBeInstanceOf(SourceError);
  expect(error).toMatchObject({ code: "unclosed_quote", row: 4, message: expect.stringContaining("row 4") });
});

test("a quoted cell past the limit is an unclosed quote, also where a quote follows later", async () => {
  const { error } = await readAll(`a,b\n1,"${"x".repeat(5000)}"\n`, {}, { recordBytes: 1000 });
  expect(error).toMatchObject({ code: "unclosed_quote", row: 2 });
});

test("with limits of a few bytes, records, problems and errors do not depend on chunks and blocks", async () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab,,""\n\n\r\u00a0 é'), maxLength: 80 });
  const size = fc.integer({ min: 1, max: 64 });
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 12 }),
      size,
      size,
      async (body, recordBytes, chunk, blockBytes) => {
        const bytes = Buffer.from(`a,b\n${body}`);
        const whole = await collect(sourceFrom(bytes), csv, undefined, { recordBytes });
        const cut = await collect(sourceFrom(bytes, chunk), csv, undefined, { recordBytes, blockBytes });
        expect(cut).toEqual(whole);
        for (const [i, { byte, row }] of whole.records.entries()) {
          const rest = await collect(
            sourceFrom(bytes, chunk),
            csv,
            { byte, row },
            { recordBytes, blockBytes },
          );
          expect(rest).toEqual({ records: whole.records.slice(i), error: whole.error });
        }
      },
    ),
    { numRuns: 2000 },
  );
});
