import fc from "fast-check";
import { expect, it } from "vitest";
import { parseEmail } from "../email/email.ts";
import { AddressFinder, withoutAddresses } from "./address-finder.ts";

const email = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9]([a-z0-9._+-]{0,8}[a-z0-9])?$/),
    fc.constantFrom("x.io", "münchen.de", "例え.jp", "sub.example.co.uk"),
  )
  .map(([local, domain]) => `${local}@${domain}`)
  .filter((text) => parseEmail(text).ok);
const normal = (text: string) => {
  const parsed = parseEmail(text);
  return parsed.ok ? parsed.email : "";
};
const pad = fc.constantFrom(
  "",
  " ",
  ",",
  ";",
  '"',
  "<",
  ">",
  "\n",
  "\t",
  "mailto:",
  "=",
  "(",
  ")",
  "“",
  "”",
  "。",
);

it("an address is found wherever it stands, in any case, in both forms of its domain, escaped by JSON", () => {
  fc.assert(
    fc.property(email, pad, pad, fc.boolean(), (written, front, behind, loud) => {
      const sought = normal(written);
      const finder = new AddressFinder([sought, "other@x.io"]);
      for (const form of [written, sought]) {
        const text = `${front}${loud ? form.toUpperCase() : form}${/[\p{L}]/u.test(behind) ? " " : ""}${behind}`;
        expect([...finder.in(`name,${text}`)]).toEqual([sought]);
        const escaped = JSON.stringify(text).replaceAll("@", "\\u0040");
        expect([...finder.in(escaped)]).toEqual([sought]);
      }
    }),
  );
});

it("a longer address is another one", () => {
  const finder = new AddressFinder(["ann@x.io"]);
  const others = [
    "joann@x.io",
    "ann@x.io.uk",
    "b.ann@x.io",
    "ann+1@x.io",
    "+ann@x.io",
    "ann@xx.io",
    "éann@x.io",
  ];
  for (const text of others) expect([text, [...finder.in(`<${text}>`)]]).toEqual([text, []]);
  expect(finder.in("no address at all @ x.io").size).toBe(0);
  expect([...finder.in("joann@x.io, ann@x.io.")]).toEqual(["ann@x.io"]);
});

it("an address that a file is named after is found", () => {
  const finder = new AddressFinder(["ann@x.io", "eve@例え.jp"].map(normal));
  const found = (name: string) => [...finder.in(name)].length;
  for (const name of ["ann@x.io.csv", "Of ann@X.io.ndjson.gz", "eve@例え.jp.csv"]) {
    expect([name, found(name)]).toEqual([name, 1]);
  }
  expect(found("ann@x.io.csv.example, ann@x.iocsv")).toBe(0);
});

it("texts that hold an address are taken out of JSON, keys too, and nothing else is", () => {
  const finder = new AddressFinder(["ann@x.io"]);
  const json = { a: ["to Ann@x.io", 1, null, "b@x.io"], "ann@x.io": { deep: true } };
  expect(withoutAddresses(json, finder)).toEqual({
    a: ["[erased]", 1, null, "b@x.io"],
    "[erased]": { deep: true },
  });
  const clean = { a: [{ b: "c" }] };
  expect(withoutAddresses(clean, finder)).toBe(clean);
});
