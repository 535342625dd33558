import { expect, test } from "vitest";
import { searchTerm } from "./search-term.ts";

test("three characters are looked for inside, fewer at the beginning; letters of more bytes count as one", () => {
  expect(searchTerm("Ana")).toEqual({ text: "ana", where: "inside" });
  expect(searchTerm("AN")).toEqual({ text: "an", where: "begins" });
  expect(searchTerm("É𝒜")).toEqual({ text: "é𝒜", where: "begins" });
});
