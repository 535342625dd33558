import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { octets } from "../text/text.ts";
import {
  type Attributes,
  attributeLimits,
  checkAttributes,
  type Json,
  jsonEquals,
  mergeAttributes,
} from "./attributes.ts";

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const key = fc.oneof(fc.constantFrom("a", "b", "c", "__proto__", "constructor", "toString"), fc.string());
const entries = fc.array(fc.tuple(key, fc.oneof(json, fc.constant(null))), { maxLength: 8 });
const patches: fc.Arbitrary<Attributes> = entries.map((pairs) => Object.fromEntries(pairs));
const attributes: fc.Arbitrary<Attributes> = entries.map((pairs) =>
  Object.fromEntries(pairs.filter(([, value]) => value !== null)),
);

describe("merging", () => {
  test("keeps absent keys, deletes by null, replaces the rest whole", () => {
    const merged = mergeAttributes(
      { a: 1, b: { x: 1, y: 2 }, c: "c" },
      { b: { x: 1 }, c: null, d: [1], e: null },
    );
    expect(merged).toEqual({ a: 1, b: { x: 1 }, d: [1] });
  });

  test("merging the same patch again changes nothing and gives the very same object", () => {
    fc.assert(
      fc.property(attributes, patches, (current, patch) => {
        const once = mergeAttributes(current, patch);
        expect(mergeAttributes(once, patch)).toBe(once);
      }),
    );
  });

  test("is what going key by key gives, for own __proto__ keys too, and pollutes no prototype", () => {
    fc.assert(
      fc.property(attributes, patches, (current, patch) => {
        const before = JSON.stringify([current, patch]);
        const merged = mergeAttributes(current, patch);
        expect(JSON.stringify([current, patch])).toBe(before);
        expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
        for (const name of new Set([
          ...Object.keys(current),
          ...Object.keys(patch),
          ...Object.keys(merged),
        ])) {
          const own = (object: Attributes) => (Object.hasOwn(object, name) ? object[name]! : null);
          expect(own(merged)).toEqual(Object.hasOwn(patch, name) ? own(patch) : own(current));
        }
        expect(Object.values(merged)).not.toContain(null);
      }),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("another order of an object's keys is no change", () => {
    const current = { a: { x: 1, y: [1, { p: 1, q: 2 }] } };
    expect(mergeAttributes(current, { a: { y: [1, { q: 2, p: 1 }], x: 1 } })).toBe(current);
  });
});

describe("equality", () => {
  test("holds for a copy with its keys in another order", () => {
    const reversed = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, inner]) => [name, reversed(inner)]),
      );
    };
    fc.assert(
      fc.property(json, (value) => {
        expect(jsonEquals(value, reversed(value))).toBe(true);
      }),
    );
  });

  test.each<[Json, Json]>([
    [1, "1"],
    [0, false],
    [null, {}],
    [[], {}],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 1]],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{}, JSON.parse('{"__proto__":{}}')],
    [JSON.parse('{"__proto__":{}}'), { toString: 1 }],
  ])("does not hold between %j and %j", (a, b) => {
    expect(jsonEquals(a, b)).toBe(false);
    expect(jsonEquals(b, a)).toBe(false);
  });
});

describe("limits", () => {
  const code = (input: Record<string, unknown>, options = {}) =>
    checkAttributes(input, options)?.code ?? null;
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));

  test.each<[string, Record<string, unknown>, string | null]>([
    ["plain values", { plan: "pro", score: 1.5, vip: true, gone: null, deep: { list: [1, "ü", {}] } }, null],
    ["an object without prototype", Object.assign(Object.create(null), { a: 1 }), null],
    ["100 keys", many(100), null],
    ["101 keys", many(101), "too_many_attributes"],
    ["100 keys and deletions beside them", { ...many(100), x: null, y: null }, null],
    ["a name of 128 characters", { ["k".repeat(128)]: 1 }, null],
    ["a name of 129 characters", { ["k".repeat(129)]: 1 }, "attribute_key_too_long"],
    ["an empty name", { "": 1 }, "attribute_key_empty"],
    ["__proto__", JSON.parse('{"__proto__":{"polluted":1}}'), "attribute_key_forbidden"],
    ["constructor inside a list inside", JSON.parse('{"a":[{"constructor":1}]}'), "attribute_key_forbidden"],
    ["prototype", { prototype: 1 }, "attribute_key_forbidden"],
    ["NUL in a text", { a: ["x\0"] }, "attribute_not_storable"],
    ["NUL in a name", { "a\0": 1 }, "attribute_not_storable"],
    ["half a character", { a: { "\ud800": 1 } }, "attribute_not_storable"],
    ["infinity, as JSON.parse reads 1e999", JSON.parse('{"a":1e999}'), "attribute_not_json"],
    ["undefined", { a: undefined }, "attribute_not_json"],
    ["a date", { a: new Date(0) }, "attribute_not_json"],
    ["20 levels", { a: nested(20) }, null],
    ["21 levels", { a: nested(21) }, "attribute_too_deep"],
    ["100,000 levels", { a: JSON.parse("[".repeat(100_000) + "]".repeat(100_000)) }, "attribute_too_deep"],
    ["65,536 octets", { a: "x".repeat(attributeLimits.octets - 8) }, null],
    ["65,537 octets", { a: "x".repeat(attributeLimits.octets - 7) }, "attributes_too_large"],
    ["octets, not characters", { a: "ü".repeat(attributeLimits.octets / 2) }, "attributes_too_large"],
  ])("%s", (_, input, expected) => {
    expect(code(input)).toBe(expected);
  });

  test("the five named fields are refused only where they have a place of their own", () => {
    for (const field of ["firstName", "lastName", "phone", "tags", "locale"]) {
      expect(code({ [field]: "x" })).toBeNull();
      expect(checkAttributes({ [field]: "x" }, { refuseNamedFields: true })).toMatchObject({
        code: "attribute_key_is_field",
        key: field,
      });
    }
  });

  test("no object above the limit passes, however it is made up", () => {
    const heavy = fc.string({ unit: fc.constantFrom("\u001f", '"', "ü", "🙂", "a"), maxLength: 4000 });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.array(fc.oneof(heavy, json)), { maxKeys: 20 }),
        (input) => {
          if (octets(JSON.stringify(input)) > attributeLimits.octets) expect(code(input)).not.toBeNull();
        },
      ),
    );
  });

  test("a problem can itself be kept: its key and message are storable", () => {
    const problem = checkAttributes({ "a\0\ud800": 1 })!;
    expect(problem.key).toBe("a\uFFFD\uFFFD");
    expect(problem.message).not.toMatch(/\0|\p{Cs}/u);
  });
});
