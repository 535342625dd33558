import { expect, test } from "vitest";
import { fieldCoverage, shareOf } from "./contact-field.ts";
import type { CoverageCount } from "./coverage.ts";

test("own fields come first, then the custom ones, the most frequent first, mixed where types differ", () => {
  const counts: CoverageCount[] = [
    { kind: "field", key: "phone", type: "", n: 3 },
    { kind: "attribute", key: "age", type: "number", n: 3 },
    { kind: "attribute", key: "plan", type: "string", n: 6 },
    { kind: "attribute", key: "age", type: "string", n: 1 },
    { kind: "attribute", key: "vip", type: "boolean", n: 1 },
    { kind: "attribute", key: "langs", type: "array", n: 1 },
    { kind: "locale", key: "de", type: "active", n: 9 },
  ];
  const fields = fieldCoverage(counts, 9);
  expect(fields.slice(0, 5)).toEqual([
    {
      name: "email",
      type: "text",
      custom: false,
      share: 1,
      contacts: 9,
      types: [{ type: "text", contacts: 9 }],
    },
    {
      name: "name",
      type: "text",
      custom: false,
      share: 0,
      contacts: 0,
      types: [{ type: "text", contacts: 0 }],
    },
    ...["firstName", "lastName"].map((name) => expect.objectContaining({ name, contacts: 0 })),
    expect.objectContaining({ name: "phone", share: 0.3333, contacts: 3 }),
  ]);
  expect(fields.filter(({ custom }) => custom)).toEqual([
    {
      ...{ name: "metadata.plan", type: "text", custom: true, share: 0.6667, contacts: 6 },
      types: [{ type: "text", contacts: 6 }],
    },
    {
      ...{ name: "metadata.age", type: "mixed", custom: true, share: 0.4444, contacts: 4 },
      types: [
        { type: "number", contacts: 3 },
        { type: "text", contacts: 1 },
      ],
    },
    expect.objectContaining({ name: "metadata.langs", type: "list", share: 0.1111 }),
    expect.objectContaining({ name: "metadata.vip", type: "boolean", share: 0.1111 }),
  ]);
});

test("of nobody nobody has a field", () => expect(shareOf(0, 0)).toBe(0));
