import { expect, test } from "vitest";
import { parseSlug } from "./slug.ts";

test.each(["a", "7", "acme-shop", "acme_shop", "a".repeat(64), "2026-spring"])(
  "%s is a short name",
  (text) => {
    expect(parseSlug(text, "tenant")).toEqual({ ok: true, slug: text });
  },
);

test.each([
  "",
  "Acme",
  "acme shop",
  "-acme",
  "acme-",
  "_",
  "a".repeat(65),
  "ümlaut",
  "a/b",
  "a\n",
  "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17",
])("%j is no short name, and the issue names its field", (text) => {
  const result = parseSlug(text, "tenant");
  expect(result).toMatchObject({ ok: false, issue: { field: "tenant", code: "slug_invalid" } });
});
