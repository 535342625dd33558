import { expect, test } from "vitest";
import { ann } from "../../test/upsert-play.ts";
import { clearOverlay, overlaidAttributes, readOverlay } from "./attribute-overlay.ts";
import type { Json } from "./attributes.ts";
import type { ContactInput } from "./contact.ts";

function read(overlay: Record<string, Json>) {
  const input: ContactInput = {};
  return { problems: readOverlay(overlay, input), input };
}

test("named fields that are set are shown in front of attributes of the same name, the others not at all", () => {
  const contact = { ...ann, tags: [], locale: "es", attributes: { firstName: "hidden", plan: "pro" } };
  expect(overlaidAttributes(contact)).toEqual({ firstName: "Ann", locale: "es", plan: "pro" });
  expect(contact.attributes.firstName).toBe("hidden");
});

test("the five named keys set the contact's fields, every other key is a custom attribute", () => {
  const { problems, input } = read({
    firstName: " Ann ",
    phone: null,
    tags: ["a", " a", "b"],
    plan: null,
    n: 0,
  });
  expect(problems).toEqual([]);
  expect(input).toEqual({
    firstName: "Ann",
    phone: null,
    tags: ["a", "b"],
    attributes: { plan: null, n: 0 },
  });
});

test("what is shown reads back as the same", () => {
  const contact = { ...ann, locale: "en-GB", phone: "1" };
  const { input } = read(overlaidAttributes(contact));
  expect(input).toEqual({
    firstName: "Ann",
    phone: "1",
    locale: "en-GB",
    tags: ["vip"],
    attributes: { plan: "pro" },
  });
});

test.each<[Record<string, Json>, string | null, string]>([
  [{ firstName: 3 }, "firstName", "wrong_type"],
  [{ tags: "a" }, "tags", "wrong_type"],
  [{ tags: [1] }, "tags", "wrong_type"],
  [{ tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }, "tags", "too_many_tags"],
  [{ locale: "x".repeat(36) }, "locale", "text_too_long"],
  [JSON.parse('{"__proto__": 1}'), "__proto__", "attributes_invalid"],
  [Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, 1])), null, "attributes_invalid"],
])("what cannot be kept is told by its key: %#", (overlay, field, code) => {
  expect(read(overlay).problems).toMatchObject([{ field, code }]);
});

test("cleared, nothing of it is left to be shown", () => {
  const input: ContactInput = {};
  clearOverlay(input);
  expect(input).toEqual({
    attributes: null,
    tags: null,
    firstName: null,
    lastName: null,
    phone: null,
    locale: null,
  });
});
