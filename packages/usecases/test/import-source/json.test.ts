import fc from "fast-check";
import { expect, test } from "vitest";
import type { SourceShape } from "../../src/imports/source/shape.ts";
import { collect, readAll, sourceFrom } from "./source-from.ts";

const json: SourceShape = {
  format: "json",
  gzip: false,
  encoding: "utf-8",
  delimiter: null,
  headers: null,
  headerRow: false,
  contents: [],
};
const ndjson: SourceShape = { ...json, format: "ndjson" };
const size = fc.integer({ min: 1, max: 64 });

const object = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary" }), {
  maxKeys: 4,
});

/** As fast-check's binary strings may hold NUL, which a record must not. */
const storable = (value: unknown) => !/\\u0000/.test(JSON.stringify(value));

test("a JSON array gives what JSON.parse of the whole gives, whatever the chunks, and from any element", async () => {
  const document = fc.tuple(
    fc.array(object.filter(storable), { maxLength: 6 }),
    fc.constantFrom(undefined, 1, "\t"),
  );
  await fc.assert(
    fc.asyncProperty(document, size, async ([elements, indent], chunk) => {
      const open = sourceFrom(`\ufeff ${JSON.stringify(elements, null, indent)}\n`, chunk);
      const whole = await collect(open, json, undefined, { blockBytes: chunk });
      expect(whole.error).toBeUndefined();
      expect(whole.records.map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(elements)));
      expect(whole.records.map(({ row }) => row)).toEqual(elements.map((_, i) => i + 1));
      for (const [i, record] of whole.records.entries()) {
        const rest = await collect(open, json, record, { blockBytes: chunk });
        expect(rest).toEqual({ ...whole, records: whole.records.slice(i) });
      }
    }),
    { numRuns: 150 },
  );
});

test("NDJSON gives an object per line, whatever the chunks, and from any line", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(object.filter(storable)), { maxLength: 6 }),
      size,
      async (lines, chunk) => {
        const open = sourceFrom(
          lines.map((line) => (line === null ? " \r\n" : `${JSON.stringify(line)}\n`)).join(""),
          chunk,
        );
        const whole = await collect(open, ndjson, undefined, { blockBytes: chunk });
        const expected = lines.flatMap((line, i) =>
          line === null ? [] : [[i + 1, JSON.parse(JSON.stringify(line))]],
        );
        expect(whole.records.map(({ row, value }) => [row, value])).toEqual(expected);
        for (const [i, record] of whole.records.entries()) {
          expect((await collect(open, ndjson, record, { blockBytes: chunk })).records).toEqual(
            whole.records.slice(i),
          );
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("a bad line of NDJSON fails alone and keeps its text", async () => {
  const { records, error } = await readAll(
    '{"a":1}\n\n{"a":\n[1]\nnull\n7\n{"a":"\\u0000"}\n{"a":"\\ud800"}\n{"a":"x\0y"}\n{"b":2}',
  );
  expect(error).toBeUndefined();
  expect(records.map(({ row, problem }) => [row, problem?.code])).toEqual([
    [1, undefined],
    [3, "invalid_json"],
    [4, "not_an_object"],
    [5, "not_an_object"],
    [6, "not_an_object"],
    [7, "nul_byte"],
    [8, "invalid_encoding"],
    [9, "nul_byte"],
    [10, undefined],
  ]);
  expect(records[1]).toMatchObject({ raw: '{"a":' });
  expect(records[7]).toMatchObject({ raw: '{"a":"x\ufffdy"}' });
});

test("elements that are no objects fail alone, with row = index + 1", async () => {
  const { records, error } = await readAll('[1,{"a":[{"b":"]"}]},"x",null,[2],{},true]');
  expect(error).toBeUndefined();
  expect(records.map(({ row, problem }) => [row, problem?.code])).toEqual([
    [1, "not_an_object"],
    [2, undefined],
    [3, "not_an_object"],
    [4, "not_an_object"],
    [5, "not_an_object"],
    [6, undefined],
    [7, "not_an_object"],
  ]);
});

test.each([
  ["cut off in an element", '[{"a":1},{"a":', 1, 2],
  ["cut off in a string", '[{"a":1},{"a":"x', 1, 2],
  ["cut off behind an element", '[{"a":1}', 1, 2],
  ["cut off behind a comma", '[{"a":1},', 1, 2],
  ["no comma", '[{"a":1} {"a":2}]', 1, 2],
  ["two commas", '[{"a":1},,{"a":2}]', 1, 2],
  ["a comma at the end", '[{"a":1},]', 1, 2],
  ["a bad element", '[{"a":1},{a:2},{"a":3}]', 1, 2],
  ["text behind the end", '[{"a":1}]x', 1, 2],
])("a broken document ends there, behind the elements in front of it: %s", async (_, content, good, row) => {
  for (const blockBytes of [1, 1000]) {
    const { records, error } = await readAll(content, {}, { blockBytes });
    expect(records).toHaveLength(good);
    expect(error).toMatchObject({ name: "SourceError", code: "invalid_json", row });
  }
});

test("a document that is no array is refused with an example", async () => {
  const { error } = await readAll('{"contacts":[]}', { format: "json" });
  expect(error).toMatchObject({ code: "invalid_json", message: expect.stringContaining('[{"email"') });
});

test("an element or a line past the limit fails alone, whatever the chunks", async () => {
  const long = JSON.stringify({ a: `"]}\\${"x".repeat(500)}`, b: [[{}]] });
  for (const [shape, text] of [
    [json, `[{"a":1}, ${long} ,{"a":3}]`],
    [ndjson, `{"a":1}\n${long}\n{"a":3}\n`],
  ] as const) {
    for (const blockBytes of [1, 7, 64, 10_000]) {
      const { records, error } = await collect(sourceFrom(text, 13), shape, undefined, {
        recordBytes: 100,
        blockBytes,
      });
      expect(error).toBeUndefined();
      expect(records.map(({ row, bytes, problem }) => [row, bytes, problem?.code])).toEqual([
        [1, 7, undefined],
        [2, long.length, "record_too_long"],
        [3, 7, undefined],
      ]);
      expect(records[1]).toMatchObject({ raw: `${long.slice(0, 100)}…` });
    }
  }
});

test("a value that is nested without end fails alone instead of overflowing the stack of whoever walks it", async () => {
  const { records } = await readAll(`{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}\n{"a":1}\n`);
  expect(records.map(({ problem }) => problem?.code)).toEqual(["invalid_json", undefined]);
});
