import { expect, test } from "vitest";
import { readAll } from "./source-from.ts";

test.each([
  ["a,b;c\n1,2;3\n", ",", ["a", "b;c"]],
  ["a;b;c,d\n1;2;3,4,5,6\n", ";", ["a", "b", "c,d"]],
  ["a\tb\n1,5\t2\n", "\t", ["a", "b"]],
  ["a|b|c\n1|2|3\n", "|", ["a", "b", "c"]],
  ['"x;y;z",b\n1,2\n', ",", ["x;y;z", "b"]],
  ['"a"; "b, c, d"\n1;2\n', ";", ["a", "b, c, d"]],
  ["a,b;c\n1;2\n3;4,5\n", ";", ["a,b", "c"]],
  ["email\na@x.de\n", ",", ["email"]],
])(
  "the header decides the delimiter, quotes respected, then the rows: %j",
  async (content, delimiter, headers) => {
    expect((await readAll(content)).shape).toMatchObject({ delimiter, headers });
  },
);

test("hints win over detection", async () => {
  const { shape } = await readAll("[a;b,c]\n1;2\n", { format: "csv", delimiter: "," });
  expect(shape).toMatchObject({ format: "csv", delimiter: ",", headers: ["[a;b", "c]"] });
});

test.each([
  ["\n \n[{}]", "json"],
  ['\ufeff{"a":1}\n', "ndjson"],
  ["email\n", "csv"],
])("the first character tells the format: %j", async (content, format) => {
  expect((await readAll(content)).shape.format).toBe(format);
});

test.each<[string, string | Uint8Array, string, RegExp]>([
  ["nothing", "", "empty_file", /header row/],
  ["a byte order mark", "\ufeff", "empty_file", /header row/],
  ["blank lines", "\n \n,,\n", "empty_file", /header row/],
  [
    "a spreadsheet",
    Buffer.from("PK\x03\x04\x14\0\x06\0", "latin1"),
    "not_text",
    /spreadsheet.*save it as CSV/,
  ],
  ["an old spreadsheet", Buffer.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1), "not_text", /\.xls.*save it as CSV/],
  [
    "noise",
    Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251)),
    "not_text",
    /save it as CSV/,
  ],
  ["a wide header", `${"a,".repeat(1000)}a\n`, "too_many_columns", /1001 columns/],
  ["an open quote in the header", 'a,"b\n1,2\n', "unclosed_quote", /row 1/],
  ["a broken quote in the header", '"a"x,b\n1,2\n', "malformed_quotes", /header row \(row 1\)/],
  ["a NUL in the header", "a\0,b\n1,2\n", "nul_byte", /header row/],
  ["one pretty-printed object", '{\n  "contacts": []\n}', "invalid_json", /array of objects/],
])("%s is refused with advice", async (_, content, code, message) => {
  await expect(readAll(content)).rejects.toMatchObject({
    name: "SourceError",
    code,
    message: expect.stringMatching(message),
  });
});
