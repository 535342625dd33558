import { expect, test } from "vitest";
import { readAll, rows } from "./source-from.ts";

test("blank lines are numbered and are no records: empty, white space, delimiters, empty quotes", async () => {
  const { records } = await readAll('a,b\n\n1,2\n  \t\n,,,\n""," "\r\n3,4');
  expect(rows(records)).toEqual([
    [3, ["1", "2"]],
    [7, ["3", "4"]],
  ]);
});

test("blank lines in front of the header are numbered too, and the header is trimmed", async () => {
  const { shape, records } = await readAll("\n;;\n email ; name\u00a0\na@x.de;Ana\n");
  expect(shape.headers).toEqual(["email", "name"]);
  expect(rows(records)).toEqual([[4, ["a@x.de", "Ana"]]]);
});

test("line feeds, returns with line feeds and lone returns end a row, also mixed in one file", async () => {
  const { records } = await readAll("a,b\r1,2\r\n3,4\n5,6\r7,8");
  expect(records.map(({ row }) => row)).toEqual([2, 3, 4, 5]);
  expect(records.flatMap(({ cells }) => cells)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
});

test("a cell with line breaks does not add rows", async () => {
  const { records } = await readAll('a,b\n1,"x\ny\r\n\nz"\n2,w\n');
  expect(rows(records)).toEqual([
    [2, ["1", "x\ny\r\n\nz"]],
    [3, ["2", "w"]],
  ]);
});

test("a quote inside an unquoted cell is a character, whatever follows", async () => {
  const { records } = await readAll('a,b\n5" pipe,x\ny,6"\nthe "big" one," q"\n');
  expect(rows(records)).toEqual([
    [2, ['5" pipe', "x"]],
    [3, ["y", '6"']],
    [4, ['the "big" one', " q"]],
  ]);
});

test("text behind a closing quote fails that row, and reading goes on at the line behind the one where it began", async () => {
  const { records } = await readAll('a,b\n1,"x" y\n2,"open\n3,c\n4,"d"\n5,e\n');
  expect(records.map(({ row, problem }) => [row, problem?.code])).toEqual([
    [2, "malformed_quotes"],
    [3, "malformed_quotes"],
    [4, undefined],
    [5, undefined],
    [6, undefined],
  ]);
  expect(records[0]?.cells).toEqual(["1", '"x" y']);
  expect(records[1]?.cells).toEqual(["2", '"open']);
  expect(records[3]?.cells).toEqual(["4", "d"]);
});

test("missing and extra cells are left to whoever maps the columns", async () => {
  const { records } = await readAll("a,b\n1\n1,2,3\n1,2,,\n");
  expect(records.map(({ cells }) => cells)).toEqual([["1"], ["1", "2", "3"], ["1", "2", "", ""]]);
});

test("a header named __proto__ is a header", async () => {
  const { shape, records } = await readAll("email,__proto__,__proto__\na@x.de,1,2\n");
  expect(shape.headers).toEqual(["email", "__proto__", "__proto__"]);
  expect(rows(records)).toEqual([[2, ["a@x.de", "1", "2"]]]);
});

test("a header alone is a file without records", async () => {
  for (const content of ["email", "email\n", "\ufeffemail,name\r\n\n"]) {
    expect((await readAll(content)).records).toEqual([]);
  }
});

test("a NUL byte fails its row and shows as U+FFFD", async () => {
  const { records } = await readAll('a,b\n1,2\n3,x\0y\n"4","\0"\n5,6\n');
  expect(rows(records)).toEqual([
    [2, ["1", "2"]],
    [3, ["3", "x\ufffdy"]],
    [4, ["4", "\ufffd"]],
    [5, ["5", "6"]],
  ]);
  expect(records.map(({ problem }) => problem?.code)).toEqual([undefined, "nul_byte", "nul_byte", undefined]);
});

test("positions and lengths are bytes of the file", async () => {
  const { records } = await readAll('\ufeffa;b\r\né;"ü\n"\r\n\r\nx;y');
  expect(records.map(({ row, byte, bytes }) => [row, byte, bytes])).toEqual([
    [2, 8, 8],
    [4, 20, 3],
  ]);
});
