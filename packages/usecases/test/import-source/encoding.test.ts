import fc from "fast-check";
import { expect, test } from "vitest";
import { detectSource } from "../../src/imports/source/detect.ts";
import type { Encoding } from "../../src/imports/source/shape.ts";
import { collect, readAll, rows, sourceFrom } from "./source-from.ts";

const text = "email;city\nana@x.de;Köln\nbo@x.de;😀 漢\n";
const expected = [
  [2, ["ana@x.de", "Köln"]],
  [3, ["bo@x.de", "😀 漢"]],
];

const utf16 = (content: string, encoding: "utf-16le" | "utf-16be") => {
  const bytes = Buffer.from(content, "utf16le");
  return encoding === "utf-16le" ? bytes : bytes.swap16();
};

test.each<[string, Uint8Array, Encoding]>([
  ["UTF-8", Buffer.from(text), "utf-8"],
  ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`), "utf-8"],
  ["UTF-16LE with a byte order mark", utf16(`\ufeff${text}`, "utf-16le"), "utf-16le"],
  ["UTF-16BE with a byte order mark", utf16(`\ufeff${text}`, "utf-16be"), "utf-16be"],
  ["UTF-16LE without", utf16(text, "utf-16le"), "utf-16le"],
  ["UTF-16BE without", utf16(text, "utf-16be"), "utf-16be"],
])("%s is recognised and read, also a byte at a time and from any record", async (_, bytes, encoding) => {
  const open = sourceFrom(bytes, 1);
  const shape = await detectSource(open);
  expect(shape).toMatchObject({ encoding, headers: ["email", "city"], delimiter: ";" });
  const { records } = await collect(open, shape, undefined, { blockBytes: 1 });
  expect(rows(records)).toEqual(expected);
  expect((await collect(open, shape, records[1])).records).toEqual(records.slice(1));
});

test("a byte order mark wins over what the sender says of the encoding", async () => {
  const { shape, records } = await readAll(Buffer.from(`\ufeff${text}`), { encoding: "windows-1252" });
  expect([shape.encoding, rows(records)]).toEqual(["utf-8", expected]);
});

test("what is not UTF-8 is read as Windows-1252, whose own characters are right", async () => {
  const bytes = Buffer.from("name,price\nJos\xe9,5 \x80\nBj\xf6rk,\x93q\x94\n", "latin1");
  const { shape, records } = await readAll(bytes);
  expect(shape.encoding).toBe("windows-1252");
  expect(rows(records)).toEqual([
    [2, ["José", "5 €"]],
    [3, ["Björk", "“q”"]],
  ]);
});

test("a file that is mostly UTF-8 stays UTF-8, and its damaged rows fail alone", async () => {
  const { shape, records } = await readAll(Buffer.from("n,m\nJosé,Köln\nJos\xe9,1\nÜ,2\n", "latin1"), {
    encoding: "windows-1252",
  });
  expect([shape.encoding, records.length]).toEqual(["windows-1252", 3]);

  const damaged = Buffer.concat([
    Buffer.from("n,m\nJosé,Köln\nJos"),
    Buffer.of(0xe9),
    Buffer.from(",1\nÜ,2\n"),
  ]);
  const mostly = await readAll(damaged);
  expect(mostly.shape.encoding).toBe("utf-8");
  expect(mostly.records.map(({ row, problem }) => [row, problem?.code])).toEqual([
    [2, undefined],
    [3, "invalid_encoding"],
    [4, undefined],
  ]);
  expect(mostly.records[1]?.cells).toEqual(["Jos\ufffd", "1"]);
});

test("bytes that an encoding leaves undefined fail their row", async () => {
  const latin = await readAll(Buffer.from("n\n\xe9\n\x81\nok\n", "latin1"), { encoding: "windows-1252" });
  expect(latin.records.map(({ problem }) => problem?.code)).toEqual([
    undefined,
    "invalid_encoding",
    undefined,
  ]);

  const lone = utf16("\ufeffn\nb\ud800d\nok 😀\n", "utf-16le");
  const wide = await readAll(Buffer.concat([lone, Buffer.of(0x61)]));
  expect(wide.records.map(({ problem }) => problem?.code)).toEqual([
    "invalid_encoding",
    undefined,
    "invalid_encoding",
  ]);
});

test("what is detected does not depend on the chunks", async () => {
  const file = fc.oneof(
    fc
      .string({ unit: fc.constantFrom(...'aé漢;,\t|\n" '), maxLength: 40 })
      .map((body) => Buffer.from(`h;i\n${body}`)),
    fc.uint8Array({ maxLength: 40 }).map((body) => Buffer.concat([Buffer.from("h,i\n"), body])),
  );
  const detected = (bytes: Buffer, chunk: number) =>
    detectSource(sourceFrom(bytes, chunk)).catch((error) => error);
  await fc.assert(
    fc.asyncProperty(file, fc.integer({ min: 1, max: 16 }), async (bytes, chunk) => {
      expect(await detected(bytes, chunk)).toEqual(await detected(bytes, 1000));
    }),
    { numRuns: 500 },
  );
});
