import { describe, expect, test } from "vitest";
import type { ContactInput } from "../contacts/contact.ts";
import { mapColumns } from "./import-columns.ts";
import { readCells, readStatusWord } from "./import-row.ts";

const headers = ["email", "first name", "tags", "status", "subscribed", "Plan", "phone", "external id"];
const mapped = mapColumns(headers);
const columns = mapped.ok ? mapped.columns : [];
const at = (header: string) => headers.indexOf(header);

/** A row with these cells, by header; the others are empty. */
function cells(filled: Record<string, string>): string[] {
  const row = headers.map(() => "");
  for (const [header, cell] of Object.entries(filled)) row[at(header)] = cell;
  return row;
}

function read(filled: Record<string, string>, tags: readonly string[] = []): ContactInput {
  const result = readCells(cells({ email: "ann@example.com", ...filled }), columns, tags);
  if (!result.ok) throw new Error(result.problem.message);
  return result.input;
}

function problem(row: readonly string[]) {
  const result = readCells(row, columns, []);
  if (result.ok) throw new Error("This row was accepted.");
  return result.problem;
}
const problemWith = (filled: Record<string, string>) =>
  problem(cells({ email: "ann@example.com", ...filled }));

test("an empty cell, a blank one and a missing one mean absent", () => {
  expect(read({})).toEqual({ email: "ann@example.com" });
  expect(read({ "first name": "  ", tags: " ", status: "\t", subscribed: " ", Plan: "  " })).toEqual({
    email: "ann@example.com",
  });
  expect(readCells(["ann@example.com"], columns, [])).toEqual({
    ok: true,
    input: { email: "ann@example.com" },
  });
});

test("every cell fills its column's field, trimmed", () => {
  const row = {
    "first name": " Ann ",
    tags: "a; b|c",
    status: "Bounced",
    Plan: " pro ",
    phone: "+1",
    "external id": "x1",
  };
  expect(read({ ...row, email: " ANN@Example.com " })).toEqual({
    email: "ann@example.com",
    firstName: "Ann",
    tags: ["a", "b", "c"],
    status: "bounced",
    attributes: { Plan: "pro" },
    phone: "+1",
    externalId: "x1",
  });
});

describe("more cells than headers", () => {
  test("fail the row if one of them holds something, with both numbers", () => {
    expect(problem([...cells({ email: "ann@example.com" }), "", "more"])).toMatchObject({
      code: "too_many_cells",
      value: "more",
      message: expect.stringMatching(/10 cells .* header 8/),
    });
  });

  test("are ignored if they are empty", () => {
    expect(readCells([...cells({ email: "ann@example.com" }), "", " ", ""], columns, []).ok).toBe(true);
  });
});

describe("subscribed", () => {
  test.each(["true", "1", "yes", "TRUE", "Yes"])("%s is true", (cell) => {
    expect(read({ subscribed: cell }).status).toBe(true);
  });

  test.each(["false", "0", "no", "False", "NO"])("%s is false", (cell) => {
    expect(read({ subscribed: cell }).status).toBe(false);
  });

  test.each(["y", "ja", "2", "unsubscribed", "null"])("%s fails the row", (cell) => {
    expect(problemWith({ subscribed: cell })).toMatchObject({
      code: "subscribed_invalid",
      field: "subscribed",
      value: cell,
    });
  });
});

describe("status", () => {
  test.each([
    ["active", "active"],
    ["Subscribed", "active"],
    [" UNSUBSCRIBED ", "unsubscribed"],
    ["bounced", "bounced"],
    ["Complained", "complained"],
  ])("%s is %s", (word, status) => {
    expect(readStatusWord(word)).toBe(status);
    expect(read({ status: word }).status).toBe(status);
  });

  test.each(["lead", "cleaned", "true", "0"])("%s fails the row and the message lists the words", (cell) => {
    expect(problemWith({ status: cell })).toMatchObject({
      code: "status_invalid",
      field: "status",
      value: cell,
      message: expect.stringContaining("unsubscribed"),
    });
  });

  test("as a word wins over subscribed, on either side", () => {
    expect(read({ status: "bounced", subscribed: "yes" }).status).toBe("bounced");
  });
});

describe("texts", () => {
  test("of exactly their limit are kept, one character more fails the row with the limit", () => {
    expect(read({ phone: "1".repeat(64), "external id": "x".repeat(128) })).toMatchObject({
      phone: "1".repeat(64),
    });
    expect(problemWith({ phone: "1".repeat(65) })).toMatchObject({
      code: "text_too_long",
      field: "phone",
      message: expect.stringContaining("64"),
    });
    expect(problemWith({ "external id": "x".repeat(129) }).code).toBe("text_too_long");
    expect(problemWith({ "first name": "x".repeat(256) }).code).toBe("text_too_long");
  });

  test("with NUL or half a character fail the row, for a field and for an attribute", () => {
    expect(problemWith({ "first name": "a\0b" })).toMatchObject({
      code: "invalid_characters",
      value: "a\uFFFDb",
    });
    expect(problemWith({ "first name": "\ud83d" }).code).toBe("invalid_characters");
    expect(problemWith({ Plan: "a\0b" })).toMatchObject({ code: "attributes_invalid", field: "Plan" });
  });
});

describe("the email", () => {
  test("that is none fails the row, with the value as it was written", () => {
    expect(problemWith({ email: "ann(at)example.com" })).toMatchObject({
      code: "email_invalid",
      field: "email",
      value: "ann(at)example.com",
    });
  });

  test("may be missing only where there is an externalId", () => {
    expect(problem(cells({ "first name": "Ann" }))).toMatchObject({ code: "email_missing", field: "email" });
    expect(readCells(cells({ "external id": "x1" }), columns, [])).toEqual({
      ok: true,
      input: { externalId: "x1" },
    });
  });
});

test("the file's own tags come in front of the row's", () => {
  expect(read({}, ["fair"]).tags).toEqual(["fair"]);
  expect(read({ tags: "a" }, ["fair"]).tags).toEqual(["fair", "a"]);
});

test("more than 100 filled attribute columns fail the row, empty ones do not count", () => {
  const wide = mapColumns(["email", ...Array.from({ length: 150 }, (_, n) => `Column ${n}`)]);
  const wideColumns = wide.ok ? wide.columns : [];
  const row = (filled: number) => [
    "ann@example.com",
    ...Array.from({ length: 150 }, (_, n) => (n < filled ? "x" : "")),
  ];
  expect(readCells(row(100), wideColumns, []).ok).toBe(true);
  expect(readCells(row(101), wideColumns, [])).toMatchObject({
    ok: false,
    problem: { code: "attributes_invalid" },
  });
});

describe("a cell that holds attributes as JSON", () => {
  const [email, attributes, plan] = [
    { kind: "email" },
    { kind: "attributes" },
    { kind: "attribute", key: "plan" },
  ] as const;
  const readHolder = (cell: string) => readCells(["a@example.com", cell], [email, attributes], []);

  test("gives them with their types, beside those that have a column of their own", () => {
    const cell = '{"n":1,"deep":{"list":[true,null]},"plan":"old"}';
    for (const [row, columns] of [
      [
        ["a@example.com", cell, "pro"],
        [email, attributes, plan],
      ],
      [
        ["pro", cell, "a@example.com"],
        [plan, attributes, email],
      ],
    ] as const) {
      const result = readCells(row, columns, []);
      const expected = {
        email: "a@example.com",
        attributes: { n: 1, deep: { list: [true, null] }, plan: "pro" },
      };
      expect(result).toEqual({ ok: true, input: expected });
    }
  });

  test.each(["[1]", "null", "5", '"text"', "{", "pro"])("fails the row where it is no object: %s", (cell) => {
    expect(readHolder(cell)).toMatchObject({ ok: false, problem: { code: "wrong_type", value: cell } });
  });

  test.each(['{"__proto__":1}', '{"phone":"1"}', '{"":1}'])(
    "fails the row for a key that may not be: %s",
    (cell) => {
      expect(readHolder(cell)).toMatchObject({ ok: false, problem: { code: "attributes_invalid" } });
    },
  );
});
