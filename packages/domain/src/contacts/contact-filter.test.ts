import { expect, test } from "vitest";
import { ContactFilter } from "./contact-filter.ts";

test("an empty filter means everybody, and a full one is read as it is", () => {
  expect(ContactFilter.parse({})).toEqual({});
  const full = {
    status: ["active", "bounced"],
    search: "@example.com",
    tags: ["vip"],
    source: "import",
    createdJob: "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17",
  };
  expect(ContactFilter.parse(full)).toEqual(full);
});

test.each([
  [{ state: ["active"] }],
  [{ status: [] }],
  [{ status: ["gone"] }],
  [{ search: "  " }],
  [{ search: "a\0" }],
  [{ tags: [] }],
  [{ tags: ["\ud800"] }],
  [{ source: "x".repeat(65) }],
  [{ createdJob: "nonsense" }],
])("%j is refused, so that a misspelled condition never means everybody", (filter) => {
  expect(ContactFilter.safeParse(filter).success).toBe(false);
});
