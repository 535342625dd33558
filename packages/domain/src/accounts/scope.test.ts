import fc from "fast-check";
import { expect, test } from "vitest";
import {
  allows,
  formatKey,
  KeyPrefix,
  keyBeginning,
  keyPrefixOf,
  type NeededScope,
  parseScopes,
  type Scope,
} from "./scope.ts";

test.each<[Scope, NeededScope[]]>([
  ["contacts:read", ["contacts:read"]],
  ["contacts:write", ["contacts:write"]],
  ["contacts", ["contacts:read", "contacts:write"]],
  ["admin", ["contacts:read", "contacts:write", "admin"]],
])("%s allows %j and nothing else", (scope, allowed) => {
  const all: NeededScope[] = ["contacts:read", "contacts:write", "admin"];
  expect(all.filter((needed) => allows([scope], needed))).toEqual(allowed);
});

test("scopes add up, and none allows nothing", () => {
  expect(allows(["contacts:read", "contacts:write"], "contacts:write")).toBe(true);
  expect(allows(["contacts:read", "contacts:write"], "admin")).toBe(false);
  expect(allows([], "contacts:read")).toBe(false);
});

test("a list of scopes is read, each once", () => {
  expect(parseScopes("contacts:read, admin,contacts:read,")).toEqual({
    ok: true,
    scopes: ["contacts:read", "admin"],
  });
});

test.each([
  ["contacts:read,contacts:delete", "contacts:delete"],
  ["Admin", "Admin"],
  ["", "No scope"],
  [" , ", "No scope"],
])("the list %j is refused, naming %s", (text, named) => {
  const result = parseScopes(text);
  expect(result).toMatchObject({ ok: false, issue: { field: "scopes", code: "scope_invalid" } });
  expect(result.ok ? "" : result.issue.message).toContain(named);
});

test("a prefix is read with or without its underscore, and no other word is one", () => {
  for (const prefix of ["sk", "md", "msk", "mc_live", "mc_test"]) {
    expect(KeyPrefix.parse(prefix)).toBe(prefix);
    expect(KeyPrefix.parse(`${prefix}_`)).toBe(prefix);
  }
  for (const word of ["", "_", "sk__", "mc", "mc_", "SK"])
    expect(KeyPrefix.safeParse(word).success).toBe(false);
});

const prefixes = fc.constantFrom<KeyPrefix>("sk", "md", "msk", "mc_live", "mc_test");
const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("a key tells its prefix and is made of characters that survive any header and shell", () => {
  fc.assert(
    fc.property(prefixes, secrets, (prefix, random) => {
      const key = formatKey(prefix, random);
      expect(key).toMatch(/^[a-z_]+_[0-9A-Za-z]{43}$/);
      expect(keyPrefixOf(key)).toBe(prefix);
    }),
  );
});

test("what a list shows of a key are its prefix and four characters of 43", () => {
  expect(keyBeginning(`mc_live_AbCd${"e".repeat(39)}`)).toBe("mc_live_AbCd");
  expect(keyBeginning(`sk_AbCd${"e".repeat(39)}`)).toBe("sk_AbCd");
});

test("other random bytes make another key: none of the 256 bits is lost", () => {
  const zero = new Uint8Array(32);
  const keys = new Set([formatKey("sk", zero), formatKey("sk", new Uint8Array(32).fill(255))]);
  for (let bit = 0; bit < 256; bit++) keys.add(formatKey("sk", zero.with(bit >> 3, 1 << (bit & 7))));
  expect(keys.size).toBe(258);
});

test.each([
  "",
  "sk_",
  "sk_short",
  "xx_".padEnd(46, "a"),
  "mc_".padEnd(46, "a"),
  `sk_${"a".repeat(44)}`,
  `sk_${"-".repeat(43)}`,
])("%j is no key", (text) => {
  expect(keyPrefixOf(text)).toBeNull();
});

test("a key from fewer than 32 random bytes is refused", () => {
  expect(() => formatKey("sk", new Uint8Array(31))).toThrow(RangeError);
});
