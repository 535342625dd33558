import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentOf, saysNothing } from "./column-content.ts";

describe("cells tell what a column holds", () => {
  test.each<[string, string | null, string[]]>([
    ["addresses", "email", ["ana@x.co", "", "Bo@X.co "]],
    ["a bad list of addresses", "email", ["ana@x.co", "bo@x.co", "none", "?"].slice(0, 3)],
    ["a note that holds an address now and then", null, ["ana@x.co", "", "", "call her"]],
    ["phone numbers", "phone", ["+49 30 123456", "(030) 1234567", "0049 30 123456", "555-123-4567"]],
    ["phone numbers that a spreadsheet marked", "phone", ["'+49 30 123456"]],
    ["phone numbers and a word", null, ["+49 30 123456", "none"]],
    ["numbers", null, ["1234567890", "42"]],
    ["dates", null, ["2024-05-01", "01.05.2024", "5/1/2024"]],
    ["amounts", null, ["1000.50", "0.5"]],
    ["languages", "locale", ["de", "en-GB", "pt_BR", "zh-Hant-TW", "es-419"]],
    ["countries", null, ["DE", "US"]],
    ["words of two letters that are no language", null, ["de", "qq"]],
    ["statuses", "status", ["active", "Bounced", "subscribed", ""]],
    ["the state of anything", null, ["active", "active"]],
    ["yes and no", "yes_or_no", ["yes", "No", "TRUE", "false"]],
    ["0 and 1, which may be counts", null, ["0", "1"]],
    ["names, which are never guessed", null, ["Ana", "Bo"]],
    ["nothing", null, ["", " "]],
    ["no rows", null, []],
  ])("%s: %s", (_, content, cells) => {
    expect(contentOf(cells)).toBe(content);
  });

  test("whatever the cells are, their order does not matter, and empty ones make nothing of what is nothing", () => {
    const cell = fc.oneof(
      fc.constantFrom("ana@x.co", "+49 30 123456", "de", "bounced", "yes", "", "x"),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 8 }), (cells) => {
        const content = contentOf(cells);
        expect(contentOf(cells.toReversed())).toBe(content);
        if (content === null) expect(contentOf([...cells, ""])).toBeNull();
        else if (content !== "email") expect(contentOf([...cells, ""])).toBe(content);
      }),
    );
  });
});

test("a header tells nothing where it is empty, a letter, a number or the word for a column", () => {
  for (const header of [
    "",
    "a",
    "B",
    "x1",
    "7",
    "Column 3",
    "Unnamed: 2",
    "Spalte4",
    "Campo 1",
    "Champ2",
    "F1",
  ]) {
    expect([header, saysNothing(header)]).toEqual([header, true]);
  }
  for (const header of ["Ort", "id", "plan", "Column name", "ab"]) {
    expect([header, saysNothing(header)]).toEqual([header, false]);
  }
});
