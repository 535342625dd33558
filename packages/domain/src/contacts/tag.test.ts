import fc from "fast-check";
import { expect, test } from "vitest";
import { addTags, checkTags, normalizeTags, splitTagCell, tagCell } from "./tag.ts";

const tags = fc.array(fc.oneof(fc.constantFrom("a", " a", "b ", "A", "", "  "), fc.string()));

test("tags are trimmed, empty ones and repeats dropped, order and case kept", () => {
  expect(normalizeTags([" vip ", "lead", "", "vip", "VIP", " \t"])).toEqual(["vip", "lead", "VIP"]);
});

test("what is new goes behind what is there", () => {
  expect(addTags(["vip", "lead"], ["new", " lead ", "new"])).toEqual(["vip", "lead", "new"]);
});

test("adding the same tags again gives the very same list", () => {
  fc.assert(
    fc.property(tags, tags, (current, added) => {
      const once = addTags(normalizeTags(current), added);
      expect(addTags(once, added)).toBe(once);
      expect(normalizeTags(once)).toEqual(once);
    }),
  );
});

test("adding two lists one after the other is adding them joined", () => {
  fc.assert(
    fc.property(tags, tags, (first, second) => {
      expect(addTags(addTags([], first), second)).toEqual(addTags([], [...first, ...second]));
    }),
  );
});

test.each([
  ["newsletter", ["newsletter"]],
  ["lead, webinar", ["lead", "webinar"]],
  ["lead;webinar | vip;;lead", ["lead", "webinar", "vip"]],
  ["black friday", ["black friday"]],
  [" ;,| ", []],
  ['["a,b","[c"]', ["a,b", "[c"]],
  ["[a", ["[a"]],
  ["[1]", ["[1]"]],
])("the cell %j holds %j", (cell, expected) => {
  expect(splitTagCell(cell)).toEqual(expected);
});

test("tags are read from their cell as they were", () => {
  const tag = fc.string({ unit: fc.constantFrom(";", "|", ",", "[", "]", '"', "\\", " ", "a", "=") });
  fc.assert(
    fc.property(fc.array(tag), (written) => {
      const kept = normalizeTags(written);
      expect(splitTagCell(tagCell(kept))).toEqual(kept);
    }),
    { numRuns: 2000 },
  );
  expect(tagCell(["vip", "black friday"])).toBe("vip;black friday");
});

test("50 tags of 128 characters pass; one more, one longer, or one with NUL does not", () => {
  const fifty = Array.from({ length: 50 }, (_, i) => String(i).padStart(128, "x"));
  expect(checkTags(fifty)).toBeNull();
  expect(checkTags([...fifty, "more"])?.code).toBe("too_many_tags");
  expect(checkTags(["x".repeat(129)])?.code).toBe("tag_too_long");
  expect(checkTags(["x\0"])?.code).toBe("tag_not_storable");
  expect(checkTags(["\ud800"])?.code).toBe("tag_not_storable");
});
