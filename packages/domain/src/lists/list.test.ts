import fc from "fast-check";
import { expect, it } from "vitest";
import { parseSlug } from "../accounts/slug.ts";
import { copyName, ListName, listSlug } from "./list.ts";

const none: ReadonlySet<string> = new Set();
const names = fc
  .string({ unit: "binary", maxLength: 120 })
  .filter((name) => ListName.safeParse(name).success);

it.each([
  ["Spring fair 2026", "spring-fair-2026"],
  ["  Été à Köln! ", "ete-a-koln"],
  ["ΑΒΓ", "list"],
  ["---", "list"],
  [`${"a".repeat(63)} b`, "a".repeat(63)],
  ["019c1414-4e00-7a00-8000-000000000001", "list-019c1414-4e00-7a00-8000-000000000001"],
])("the short name of %j is %j", (name, slug) => {
  expect(listSlug(name, none)).toBe(slug);
});

it("any name has a short name that can stand in an address, and that no other list has", () => {
  fc.assert(
    fc.property(names, fc.integer({ min: 0, max: 12 }), (name, others) => {
      const taken = new Set<string>();
      for (let n = 0; n < others; n++) taken.add(listSlug(name, taken));
      const slug = listSlug(name, taken);
      expect(taken).not.toContain(slug);
      expect(parseSlug(slug, "slug").ok).toBe(true);
    }),
  );
});

it("a copy is called after the list, as no other list is, and in a name that a list may have", () => {
  expect(copyName("Spring", none)).toBe("Spring (copy)");
  expect(copyName("Spring", new Set(["Spring (copy)"]))).toBe("Spring (copy 2)");
  fc.assert(
    fc.property(names, (given) => {
      const name = ListName.parse(given);
      const taken = new Set<string>();
      for (let n = 0; n < 3; n++) {
        const copy = copyName(name, taken);
        expect(ListName.parse(copy)).toBe(copy);
        expect(taken).not.toContain(copy);
        taken.add(copy);
      }
    }),
  );
});
