import { expect, test } from "vitest";
import { customFields, shareOf } from "./contact-field.ts";

test("custom fields are named by their keys, the most frequent first, and mixed where types differ", () => {
  const counts = [
    { key: "age", jsonType: "number", n: 3 },
    { key: "plan", jsonType: "string", n: 6 },
    { key: "age", jsonType: "string", n: 1 },
    { key: "vip", jsonType: "boolean", n: 1 },
    { key: "langs", jsonType: "array", n: 1 },
  ];
  expect(customFields(counts, 9)).toEqual([
    { name: "metadata.plan", type: "text", custom: true, share: 0.6667 },
    { name: "metadata.age", type: "mixed", custom: true, share: 0.4444 },
    { name: "metadata.langs", type: "list", custom: true, share: 0.1111 },
    { name: "metadata.vip", type: "boolean", custom: true, share: 0.1111 },
  ]);
});

test("of nobody nobody has a field", () => expect(shareOf(0, 0)).toBe(0));
