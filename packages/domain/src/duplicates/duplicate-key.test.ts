import fc from "fast-check";
import { expect, it } from "vitest";
import { duplicateKeys, mailboxKey, phoneKey } from "./duplicate-key.ts";

it.each([
  ["ann.b@gmail.com", "annb@gmail.com"],
  ["a.n.n.b+news@googlemail.com", "annb@gmail.com"],
  ["ann_b@gmail.com", "ann_b@gmail.com"],
  ["ann.b+x+y@proton.me", "annb@proton.me"],
  ["ann-b@pm.me", "annb@proton.me"],
  ["ann.b+shop@outlook.com", "ann.b@outlook.com"],
  ["ann+1@icloud.com", "ann@icloud.com"],
  ["ann+1@example.com", null],
  ["ann.b@yahoo.com", null],
  ["+news@gmail.com", null],
  ["...@gmail.com", null],
])("%s leads to %s", (email, key) => {
  expect(mailboxKey(email)).toBe(key);
});

it.each([
  ["+49 (0)30 123-456", "+4930123456"],
  ["0049 30 / 123456", "+4930123456"],
  ["+49.30.123456", "+4930123456"],
  ["(030) 123 456", "030123456"],
  ["030123456", "030123456"],
  ["123456", null],
  ["0000000", null],
  ["+1111111111", null],
  ["ask at the desk", null],
  ["+49 30 123456 ext. 7", null],
  ["1234567890123456", null],
  ["", null],
])("the number %j reads as %s", (phone, key) => {
  expect(phoneKey(phone)).toBe(key);
});

it("a key is its own key, so that nothing depends on who came first", () => {
  const local = fc.stringMatching(/^[a-z0-9._+-]{1,20}$/);
  const domain = fc.constantFrom("gmail.com", "googlemail.com", "pm.me", "outlook.com", "x.example");
  fc.assert(
    fc.property(local, domain, (name, at) => {
      const key = mailboxKey(`${name}@${at}`);
      if (key !== null) expect(mailboxKey(key)).toBe(key);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const key = phoneKey(text);
      if (key !== null) expect(phoneKey(key)).toBe(key);
    }),
  );
});

it("a contact has a key for each kind of evidence that it can give", () => {
  expect(duplicateKeys({ email: "a@x.co", phone: null })).toEqual([]);
  expect(duplicateKeys({ email: "a.b@gmail.com", phone: "+49 30 123456" })).toEqual([
    { evidence: "email", key: "ab@gmail.com" },
    { evidence: "phone", key: "+4930123456" },
  ]);
});
