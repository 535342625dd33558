import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { octets } from "../text/text.ts";
import { type EmailProblem, emailDomain, parseEmail } from "./email.ts";
import { emailProblems } from "./email-problem.ts";

const kept = (input: string) => {
  const result = parseEmail(input);
  return result.ok ? result.email : result.code;
};

test.each([
  // As a CRM exports them: case, blanks around, international domains, tags, apostrophes.
  ["ana.garcia1@example.org", "ana.garcia1@example.org"],
  ["x+tag2@sub.dept.example.co", "x+tag2@sub.dept.example.co"],
  ["o'neil13@exämple.de", "o'neil13@xn--exmple-cua.de"],
  ["O'NEIL2684@EXAMPLE.COM", "o'neil2684@example.com"],
  ["X+TAG59@EXÄMPLE.DE", "x+tag59@xn--exmple-cua.de"],
  ["  info122@exämple.de ", "info122@xn--exmple-cua.de"],
  ["  info154@sub.dept.example.co ", "info154@sub.dept.example.co"],
  ["INFO8@MAIL.EXAMPLE.NET", "info8@mail.example.net"],
  // What else is around an address: byte order mark, no-break and zero-width spaces, direction marks.
  ["\uFEFFann@example.com\u00A0", "ann@example.com"],
  ["\u200Bann@example.com\u200E\t\r\n", "ann@example.com"],
  ["ann@exam\u200Bple.com", "ann@example.com"],
  ["{a}!#$%&'*+-/=?^_`|~b@example.com", "{a}!#$%&'*+-/=?^_`|~b@example.com"],
  ["ann@a--b.3com.example", "ann@a--b.3com.example"],
  ["ann@r3---sn.example", "ann@r3---sn.example"],
  ["ann@STRAẞE.de", "ann@xn--strae-oqa.de"],
  ["ann@faß.de", "ann@xn--fa-hia.de"],
  ["ann@ＥＸＡＭＰＬＥ.com", "ann@example.com"],
  ["ann@例え。jp", "ann@xn--r8jz45g.jp"],
  ["ann@XN--EXMPLE-CUA.de", "ann@xn--exmple-cua.de"],
  ["Jürgen@example.de", "jürgen@example.de"],
  ["Ju\u0308rgen@example.de", "jürgen@example.de"],
  ["用户@例え.jp", "用户@xn--r8jz45g.jp"],
])("%j is kept as %j", (input, email) => {
  expect(kept(input)).toBe(email);
});

const label63 = "a".repeat(63);
const refusals: [string, EmailProblem][] = [
  ["", "email_missing"],
  [" \uFEFF\u200B ", "email_missing"],
  ["plainaddress", "email_at_missing"],
  ["two@@example.com", "email_at_repeated"],
  ["@example.com", "email_local_missing"],
  ["user@", "email_domain_missing"],
  ["user@.example.com", "email_domain_label_empty"],
  ["user@example..com", "email_domain_label_empty"],
  ["user@example.com.", "email_domain_label_empty"],
  ["space in@example.com", "email_spaces"],
  ["ann@exam ple.com", "email_spaces"],
  ["ann\n@example.com", "email_spaces"],
  ["an\u200Bn@example.com", "email_invisible"],
  ["an\0n@example.com", "email_invisible"],
  ["an\ud83dn@example.com", "email_invisible"],
  [`${"a".repeat(65)}@example.com`, "email_local_too_long"],
  [`${"ü".repeat(33)}@example.com`, "email_local_too_long"],
  [`a@${label63}.${label63}.${label63}.${"b".repeat(58)}.com`, "email_too_long"],
  [`${"a".repeat(100_000)}@example.com`, "email_too_long"],
  ["ann@localhost", "email_domain_dot_missing"],
  [`ann@${label63}a.com`, "email_domain_label_too_long"],
  ["ann@[192.0.2.1]", "email_domain_address"],
  ["ann@192.0.2.1", "email_domain_address"],
  ["ann@example.123", "email_domain_invalid"],
  ["ann@-example.com", "email_domain_invalid"],
  ["ann@example-.com", "email_domain_invalid"],
  ["ann@exam_ple.com", "email_domain_invalid"],
  ["ann@xn--a.com", "email_domain_invalid"],
  ["ann@exa\ud83dmple.com", "email_domain_invalid"],
  [".ann@example.com", "email_dots"],
  ["ann.@example.com", "email_dots"],
  ["a..nn@example.com", "email_dots"],
  ["a(n)n@example.com", "email_character"],
  ["a\u037Eb@example.com", "email_character"],
  ['"ann smith"@example.com', "email_quoted"],
  ['"ann@home"@example.com', "email_quoted"],
  ["Ann <ann@example.com>", "email_display_name"],
  ['"Ann" <ann@example.com>', "email_display_name"],
  ["<ann@example.com>", "email_display_name"],
  ["mailto:ann@example.com", "email_mailto"],
  ["MAILTO:ann@example.com", "email_mailto"],
  ["ann@example.com; bob@example.com", "email_several"],
  ["ann@example.com,bob@example.com", "email_several"],
];

describe("refused", () => {
  test.each(refusals)("%j as %s", (input, code) => {
    expect(parseEmail(input)).toEqual({ ok: false, code, message: emailProblems[code] });
  });

  test("every code has an address that meets it", () => {
    expect(new Set(refusals.map(([, code]) => code))).toEqual(new Set(Object.keys(emailProblems)));
  });
});

test("an address of exactly 64 and 254 octets is kept", () => {
  const domain = `${label63}.${label63}.${"b".repeat(57)}.com`;
  const email = `${"a".repeat(64)}@${domain}`;
  expect(octets(email)).toBe(254);
  expect(kept(email)).toBe(email);
});

const part = fc.string({
  unit: fc.constantFrom(...'abzAZ019.-+_@ ;"<>üÜßσΣİK\u0308\u037e\u200b\u00a0\0x例。🙂'),
  maxLength: 9,
});

test("reading a kept address again gives the same address, whatever was typed", () => {
  const typed = fc.oneof(
    fc.tuple(part, part, part).map(([local, host, top]) => `${local}@${host}.${top}`),
    fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })).map(([a, b]) => `${a}@${b}.com`),
    fc.emailAddress(),
  );
  fc.assert(
    fc.property(typed, (input) => {
      const first = parseEmail(input);
      if (!first.ok) return;
      expect(parseEmail(first.email)).toEqual(first);
      expect(octets(first.email)).toBeLessThanOrEqual(254);
      expect(first.email).toMatch(/^[^@\s]+@[a-z0-9.-]+$/);
    }),
    { numRuns: 1000 },
  );
});

test("the quick look and the close one agree: a zero-width space in front forces the close one", () => {
  const piece = fc.string({ unit: fc.constantFrom(..."abz019.-_+x n@"), maxLength: 6 });
  const label = fc.oneof(
    piece,
    fc.constantFrom("xn--exmple-cua", "xn--a", "ab--c", "-a", "a-", "123", "a".repeat(64)),
  );
  const typed = fc.tuple(piece, label, label).map(([local, host, top]) => `${local}@${host}.${top}`);
  fc.assert(
    fc.property(fc.oneof(typed, fc.emailAddress()), (input) => {
      expect(parseEmail(input)).toEqual(parseEmail(`\u200B${input}`));
    }),
    { numRuns: 1000 },
  );
});

test("case and blanks around never make another address", () => {
  fc.assert(
    fc.property(fc.emailAddress(), (email) => {
      expect(parseEmail(` ${email.toUpperCase()}\u00A0`)).toEqual(parseEmail(email));
    }),
  );
});

test("the domain is what stands behind the @", () => {
  expect(emailDomain("o'neil@mail.example.net")).toBe("mail.example.net");
});
