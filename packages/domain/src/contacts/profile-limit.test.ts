import { expect, test } from "vitest";
import type { Contact } from "./contact.ts";
import { profileProblem } from "./profile-limit.ts";

const contact: Contact = {
  id: "1",
  email: "ann@example.com",
  externalId: null,
  name: null,
  firstName: null,
  lastName: null,
  phone: null,
  locale: null,
  tags: [],
  attributes: {},
  status: "active",
  consent: null,
  source: null,
  version: 1,
  createdJob: null,
};
const list = (length: number) => Array.from({ length }, (_, n) => `n${n}`);
const object = (length: number) => Object.fromEntries(list(length).map((key) => [key, 1]));

test("50 tags and 100 attributes are within the limits, one more is not", () => {
  expect(profileProblem({ ...contact, tags: list(50), attributes: object(100) }, null)).toBeNull();
  expect(profileProblem({ ...contact, tags: list(51) }, null)).toMatchObject({
    code: "too_many_tags",
    field: "tags",
  });
  expect(profileProblem({ ...contact, attributes: object(101) }, null)?.code).toBe("attributes_invalid");
});

test("64 kB of attributes are within the limits, one octet more is not, and the sentence says how many", () => {
  const attributes = { a: "x".repeat(65_536 - '{"a":""}'.length) };
  expect(profileProblem({ ...contact, attributes }, null)).toBeNull();
  const problem = profileProblem({ ...contact, attributes: { a: `${attributes.a}x` } }, null);
  expect(problem).toMatchObject({ code: "attributes_invalid", message: expect.stringContaining("65537") });
});

test("a tag or an attribute that cannot be stored fails the row before it fails the batch", () => {
  expect(profileProblem({ ...contact, tags: ["a\0b"] }, null)?.code).toBe("tag_not_storable");
  expect(profileProblem({ ...contact, tags: ["x".repeat(129)] }, null)?.code).toBe("tag_too_long");
  expect(profileProblem({ ...contact, attributes: { note: "\ud83d" } }, null)).toMatchObject({
    code: "attributes_invalid",
    field: "note",
  });
});

test("what has not changed is not judged again, what has is", () => {
  const old: Contact = { ...contact, tags: list(51), attributes: object(101) };
  expect(profileProblem({ ...old, firstName: "Ann" }, old)).toBeNull();
  expect(profileProblem({ ...old, tags: list(52) }, old)?.code).toBe("too_many_tags");
  expect(profileProblem({ ...old, attributes: object(102) }, old)?.code).toBe("attributes_invalid");
});
