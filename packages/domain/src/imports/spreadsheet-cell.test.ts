import fc from "fast-check";
import { expect, test } from "vitest";
import { defusedCell, defusedText, plainCell } from "./spreadsheet-cell.ts";

const cell = fc.string({
  unit: fc.constantFrom("=", "+", "-", "@", "'", " ", "\t", "\r", "\n", "\ufeff", "1", "a", '"'),
  maxLength: 6,
});

test("a defused cell reads as the cell itself, and no spreadsheet takes it for a formula or a signed number", () => {
  const property = fc.property(cell, (text) => {
    expect(plainCell(defusedCell(text))).toBe(plainCell(text));
    expect(defusedCell(text)).not.toMatch(/^\s*[=+\-@]/);
  });
  fc.assert(property, { numRuns: 3000 });
});

test("a defused text reads as the text itself, and no spreadsheet takes it for a formula or a signed number", () => {
  const property = fc.property(cell, (untrimmed) => {
    const text = untrimmed.trim();
    expect(plainCell(defusedText(text))).toBe(text);
    expect(defusedText(text)).not.toMatch(/^\s*[=+\-@]/);
  });
  fc.assert(property, { numRuns: 3000 });
});

test.each([
  ["+49 30 1234", "'+49 30 1234"],
  ["=1+1", "'=1+1"],
  ["\t@cmd", "'@cmd"],
  ["'=1", "'=1"],
  ["ann@example.com", "ann@example.com"],
  [" 5-3 ", " 5-3 "],
  ["", ""],
])("%j is written as %j", (text, written) => expect(defusedCell(text)).toBe(written));

test.each([
  [" '+49 30 1234 ", "+49 30 1234"],
  ["'Abd", "'Abd"],
  ["''=1", "'=1"],
  ["''a", "''a"],
  ["'", "'"],
  [" x ", "x"],
])("%j is read as %j", (text, read) => expect(plainCell(text)).toBe(read));
