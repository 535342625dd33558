import { describe, expect, it } from "vitest";
import { meets, type Tests } from "./condition-test.ts";
import type { Json } from "./contacts/attributes.ts";

describe("meets", () => {
  it.each<[Json | undefined, Tests, boolean]>([
    ["pro", {}, true],
    ["pro", { equals: "pro" }, true],
    ["Pro", { equals: "pro" }, false],
    [5, { equals: "5" }, true],
    ["5.0", { equals: 5 }, true],
    ["5.0", { equals: "5" }, false],
    ["true", { equals: true }, true],
    [undefined, { equals: "" }, false],
    [undefined, { not_equals: "pro" }, true],
    [["a", "b"], { equals: "a" }, false],
    ["pro", { in: ["free", "pro"] }, true],
    [["a", "b"], { in: ["b"] }, true],
    [["a", "b"], { not_in: ["c"] }, true],
    [undefined, { not_in: ["c"] }, true],
    ["marathon", { contains: "rat" }, true],
    [["rat"], { contains: "ra" }, false],
    [{ a: 1 }, { contains: "a" }, false],
    [undefined, { not_contains: "a" }, true],
    ["Ünal", { starts_with: "Ü" }, true],
    ["x.io", { ends_with: ".io" }, true],
    [10, { greater_than: 9, less_than: 11 }, true],
    ["10", { greater_than: 9 }, true],
    ["ten", { greater_than: 9 }, false],
    [["10"], { greater_than: 9 }, false],
    [" ", { less_than: 9 }, false],
    ["2026-01-31", { before: "2026-02-01" }, true],
    ["2026-01-31T23:00:00-02:00", { after: "2026-02-01" }, true],
    ["2026-01-31 10:00", { before: "2026-01-31T10:00:01Z" }, true],
    ["soon", { before: "2026-02-01" }, false],
    [2026, { before: "2027-01-01" }, false],
    [undefined, { is_empty: true }, true],
    ["", { is_empty: true }, true],
    [[], { is_empty: true }, true],
    [0, { is_not_empty: true }, true],
    ["pro", { equals: "pro", starts_with: "f" }, false],
  ])("%j against %j: %s", (value, tests, expected) => {
    expect(meets(value, tests)).toBe(expected);
  });
});
