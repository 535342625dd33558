import { describe, expect, test } from "vitest";
import type { ContactInput } from "../contacts/contact.ts";
import { ObjectReader } from "./import-object.ts";

type Options = { mapping?: Record<string, string>; tags?: string[] };

function result(json: string, { mapping = {}, tags = [] }: Options = {}) {
  return new ObjectReader(mapping, tags).read(JSON.parse(json) as Record<string, unknown>);
}

function read(record: object, options?: Options): ContactInput {
  const got = result(JSON.stringify({ email: "ann@example.com", ...record }), options);
  if (!got.ok) throw new Error(got.problem.message);
  const { email: _, ...rest } = got.input;
  return rest;
}

function problem(json: string, options?: Options) {
  const got = result(json, options);
  if (got.ok) throw new Error("This object was accepted.");
  return got.problem;
}
const problemWith = (record: object) => problem(JSON.stringify({ email: "ann@example.com", ...record }));

test("fields are found by their names and synonyms, other keys become attributes with their JSON values", () => {
  const record = {
    email: " Ann@Example.com",
    first_name: " Ann ",
    tags: ["a"],
    seats: 3,
    admin: true,
    plan: { name: "pro" },
  };
  expect(result(JSON.stringify(record))).toEqual({
    ok: true,
    input: {
      email: "ann@example.com",
      firstName: "Ann",
      tags: ["a"],
      attributes: { seats: 3, admin: true, plan: { name: "pro" } },
    },
  });
});

describe("null", () => {
  test("clears a text, the tags, all attributes; deletes one attribute", () => {
    expect(read({ phone: null, externalId: null, tags: null, metadata: null })).toEqual({
      phone: null,
      externalId: null,
      tags: null,
      attributes: null,
    });
    expect(read({ plan: null, metadata: { seats: null } })).toEqual({
      attributes: { plan: null, seats: null },
    });
  });

  test("says nothing about a status", () => {
    expect(read({ status: null, subscribed: null })).toEqual({});
  });
});

test("an empty text is kept, but as externalId, email or status it means absent", () => {
  expect(read({ firstName: "", externalId: "", status: "" })).toEqual({ firstName: "" });
  expect(problem('{"email": " ", "name": "Ann"}').code).toBe("email_missing");
  expect(result('{"email": "", "externalId": "x1"}')).toEqual({ ok: true, input: { externalId: "x1" } });
});

describe("attributes in an object of their own", () => {
  test.each(["metadata", "customFields", "custom_fields", "attributes", "data", "Metadata"])(
    "%s",
    (holder) => {
      expect(read({ [holder]: { plan: "pro", seats: { max: 3 } } })).toEqual({
        attributes: { plan: "pro", seats: { max: 3 } },
      });
    },
  );

  test("come together with the object's own other keys", () => {
    expect(read({ metadata: { a: 1 }, data: { b: 2 }, c: 3 })).toEqual({ attributes: { a: 1, b: 2, c: 3 } });
  });

  test("set the five named fields, which the object's own keys win", () => {
    const data = { firstName: "Ann", lastName: null, phone: "1", locale: "de", tags: ["a"], plan: "pro" };
    expect(read({ data, phone: "2" })).toEqual({
      firstName: "Ann",
      lastName: null,
      phone: "2",
      locale: "de",
      tags: ["a"],
      attributes: { plan: "pro" },
    });
    expect(problemWith({ metadata: { phone: 5 } })).toMatchObject({ code: "wrong_type", field: "phone" });
  });

  test("may be called otherwise by the mapping, which then holds one attribute", () => {
    expect(read({ data: { x: 1 } }, { mapping: { data: "payload" } })).toEqual({
      attributes: { payload: { x: 1 } },
    });
  });
});

describe("a wrong type fails the object, with field and value", () => {
  test.each<[string, object, string]>([
    ["a number as email", { email: 5 }, "5"],
    ["null as email", { email: null }, "null"],
    ["a number as text", { phone: 34_600 }, "34600"],
    ["an object as text", { name: {} }, "{}"],
    ["a number among the tags", { tags: ["a", 1] }, '["a",1]'],
    ["an object as tags", { tags: {} }, "{}"],
    ["a word as subscribed", { subscribed: "yes" }, "yes"],
    ["a list as metadata", { metadata: [] }, "[]"],
    ["a text as data", { data: "x" }, "x"],
  ])("%s", (_, record, value) => {
    expect(problemWith(record)).toMatchObject({
      code: "wrong_type",
      field: Object.keys(record)[0],
      value: value === "null" ? null : value,
    });
  });

  test("and so do a status that is none and an email that is none", () => {
    expect(problemWith({ status: "lead" })).toMatchObject({ code: "status_invalid", value: "lead" });
    expect(problemWith({ status: true })).toMatchObject({ code: "status_invalid", value: "true" });
    expect(problemWith({ email: "ann" })).toMatchObject({ code: "email_invalid", value: "ann" });
  });
});

test("an object without email and externalId fails", () => {
  expect(problem('{"name": "Ann"}').code).toBe("email_missing");
  expect(problem("{}").code).toBe("email_missing");
});

describe("names that could reach a prototype", () => {
  test.each([
    '{"email": "ann@example.com", "__proto__": {"admin": true}}',
    '{"email": "ann@example.com", "constructor": 1}',
    '{"email": "ann@example.com", "metadata": {"__proto__": {"admin": true}}}',
    '{"email": "ann@example.com", "plan": {"prototype": 1}}',
  ])("fail the object: %s", (json) => {
    expect(problem(json).code).toBe("attributes_invalid");
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  test("do not shadow the mapping: toString and hasOwnProperty are names like any other", () => {
    expect(read({ toString: "x", hasOwnProperty: 1 })).toEqual({
      attributes: { toString: "x", hasOwnProperty: 1 },
    });
  });

  test("are named by the problem, in words that can be stored", () => {
    expect(problem('{"email": "ann@example.com", "__proto__": 1}').field).toBe("__proto__");
    const { field, message } = problem(JSON.stringify({ email: "ann@example.com", "a\0b": 1 }));
    expect(field).toBe("a\uFFFDb");
    expect(message).not.toContain("\0");
  });
});

describe("the mapping", () => {
  test("wins over the synonyms, in whatever order the keys come", () => {
    const mapping = { work: "email", plan: "tier", secret: "ignore" };
    const expected = {
      ok: true,
      input: { email: "w@example.com", attributes: { tier: "pro", "email (2)": "p@example.com" } },
    };
    const record = { work: "w@example.com", email: "p@example.com", plan: "pro", secret: "x" };
    expect(result(JSON.stringify(record), { mapping })).toEqual(expected);
    const reversed = Object.fromEntries(Object.entries(record).reverse());
    expect(result(JSON.stringify(reversed), { mapping })).toEqual(expected);
  });

  test("of a key that some objects do not have is no error there", () => {
    expect(read({ phone: "1" }, { mapping: { work: "email" } })).toEqual({ phone: "1" });
  });
});

test("of two keys with one meaning the first has the field, as in the header of a file", () => {
  expect(read({ "work email": "w@example.com" })).toEqual({ attributes: { "work email": "w@example.com" } });
});

test("one reader reads objects of different shapes, each by its own keys", () => {
  const reader = new ObjectReader({}, []);
  const shapes = [{ email: "a@x.io", plan: 1 }, { plan: 2, email: "b@x.io" }, { email: "c@x.io" }];
  for (const round of [1, 2]) {
    const inputs = shapes.map((shape) => reader.read(shape));
    expect(inputs, `round ${round}`).toEqual([
      { ok: true, input: { email: "a@x.io", attributes: { plan: 1 } } },
      { ok: true, input: { email: "b@x.io", attributes: { plan: 2 } } },
      { ok: true, input: { email: "c@x.io" } },
    ]);
  }
});

test("the file's own tags come in front of the object's, and not where the object clears its tags", () => {
  expect(read({ tags: "a; b" }, { tags: ["fair"] }).tags).toEqual(["fair", "a", "b"]);
  expect(read({}, { tags: ["fair"] }).tags).toEqual(["fair"]);
  expect(read({ tags: null }, { tags: ["fair"] }).tags).toBeNull();
});
