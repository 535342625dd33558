import { describe, expect, test } from "vitest";
import { ann, bob, play, problemOf } from "../../test/upsert-play.ts";
import { noEffects } from "./upsert.ts";
import { bulkWrite, singleWrite, type WritePolicy } from "./write-policy.ts";

describe("a new contact", () => {
  test("has what the row says, version 1, and the job and source that it came by", () => {
    const { book, byId, row } = play([]);
    expect(
      row({ email: "new@example.com", phone: "1", tags: ["a", "a "], attributes: { x: 1, y: null } }),
    ).toEqual({
      kind: "created",
      contactId: "id-new1",
      kept: null,
    });
    const blank = {
      externalId: null,
      name: null,
      firstName: null,
      lastName: null,
      locale: null,
      consent: null,
    };
    const given = { email: "new@example.com", phone: "1", tags: ["a"], attributes: { x: 1 } };
    const birth = { status: "active", source: "import", version: 1, createdJob: "job-1" };
    expect(byId("id-new1")).toEqual({ id: "id-new1", ...blank, ...given, ...birth });
    expect(book.changes()).toEqual({ created: [byId("id-new1")], updated: [], unchanged: [] });
  });

  test("says itself where it came from, if the row does", () => {
    const { book, row } = play([]);
    row({ email: "new@example.com", source: "fair" });
    expect(book.byEmail("new@example.com")?.source).toBe("fair");
  });

  test("needs an email", () => {
    const { book, row } = play([ann]);
    expect(problemOf(row({ firstName: "X" }))).toMatchObject({ code: "email_missing", field: "email" });
    expect(problemOf(row({ externalId: null }))).toMatchObject({ code: "email_missing" });
    expect(problemOf(row({ externalId: "x-new" }))).toMatchObject({
      code: "email_missing",
      message: expect.stringContaining("x-new"),
    });
    expect(book.changes()).toEqual({ created: [], updated: [], unchanged: [] });
  });
});

describe("the externalId is the identity", () => {
  test("of a known contact, whose email may change or be absent", () => {
    const { book, row } = play([ann]);
    expect(row({ externalId: "x-ann", firstName: "Anna" })).toMatchObject({
      kind: "updated",
      contactId: "id-ann",
    });
    expect(row({ externalId: "x-ann", email: "anna@example.com" })).toMatchObject({ contactId: "id-ann" });
    expect(book.byEmail("anna@example.com")).toMatchObject({ id: "id-ann", firstName: "Anna", version: 5 });
    expect(book.byEmail("ann@example.com")).toBeUndefined();
  });

  test("and frees the address that it left for another contact", () => {
    const { book, row } = play([ann]);
    row({ externalId: "x-ann", email: "anna@example.com" });
    expect(row({ externalId: "x-2", email: "ann@example.com" })).toMatchObject({ kind: "created" });
    expect(book.byEmail("ann@example.com")?.externalId).toBe("x-2");
    expect(book.byEmail("anna@example.com")?.id).toBe("id-ann");
  });

  test("is adopted by the contact with the email that has none", () => {
    const { book, row } = play([bob]);
    expect(row({ externalId: "x-bob", email: "bob@example.com" })).toMatchObject({
      kind: "updated",
      contactId: "id-bob",
    });
    expect(book.byExternalId("x-bob")).toEqual({ ...bob, externalId: "x-bob", version: 4 });
  });

  test("that is not known, with the email of a contact that has another, is a conflict that names that contact", () => {
    const { book, row } = play([ann]);
    const problem = problemOf(row({ externalId: "x-2", email: "ann@example.com", firstName: "X" }));
    expect(problem).toMatchObject({
      code: "external_id_taken",
      field: "externalId",
      value: "x-2",
      contactId: "id-ann",
    });
    expect(problem.message).toContain("id-ann");
    expect(book.changes()).toEqual({ created: [], updated: [], unchanged: [] });
  });

  test("cannot move its contact onto another contact's email: a conflict that names the other contact", () => {
    const { book, row } = play([ann, bob]);
    const problem = problemOf(row({ externalId: "x-ann", email: "bob@example.com", firstName: "X" }));
    expect(problem).toMatchObject({
      code: "email_taken",
      field: "email",
      value: "bob@example.com",
      contactId: "id-bob",
    });
    expect(problem.message).toContain("id-bob");
    expect(book.changes()).toEqual({ created: [], updated: [], unchanged: [] });
  });

  test("that is cleared becomes free", () => {
    const { row } = play([ann]);
    expect(row({ email: "ann@example.com", externalId: null })).toMatchObject({ kind: "updated" });
    expect(row({ email: "new@example.com", externalId: "x-ann" })).toMatchObject({ kind: "created" });
  });
});

describe("without an externalId", () => {
  test("the email is the identity, and a contact's externalId is kept", () => {
    const { book, row } = play([ann]);
    expect(row({ email: "ann@example.com", lastName: "Lee" })).toMatchObject({ kind: "updated" });
    expect(book.byExternalId("x-ann")).toMatchObject({ lastName: "Lee", version: 4 });
  });

  test("a write that changes nothing is unchanged: the very same contact, nothing to write", () => {
    const { book, byId, effects, row } = play([ann]);
    const input = { email: ann.email, firstName: "Ann", tags: ["vip"], attributes: { plan: "pro" } };
    expect(row({ ...input, status: "active" })).toEqual({
      kind: "unchanged",
      contactId: "id-ann",
      kept: null,
    });
    expect(byId("id-ann")).toBe(ann);
    expect(book.changes()).toEqual({ created: [], updated: [], unchanged: ["id-ann"] });
    expect(effects).toEqual(noEffects());
  });
});

describe("repeats", () => {
  test("are duplicates, and know whether they changed anything; the first counts by what it did", () => {
    const { byId, row } = play([ann]);
    expect(row({ email: "new@example.com" }).kind).toBe("created");
    expect(row({ email: "new@example.com" })).toMatchObject({ kind: "duplicate", changed: false });
    expect(row({ email: "new@example.com", tags: ["a"] })).toMatchObject({
      kind: "duplicate",
      changed: true,
    });
    expect(row({ email: "ann@example.com" }).kind).toBe("unchanged");
    expect(row({ externalId: "x-ann", firstName: "A" })).toMatchObject({ kind: "duplicate", changed: true });
    expect(byId("id-new1")?.version).toBe(2);
  });

  test("of a failed row are judged on their own", () => {
    const { row } = play([{ ...ann, status: "bounced" }], singleWrite);
    expect(row({ email: ann.email, status: true }).kind).toBe("failed");
    expect(row({ email: ann.email, firstName: "A" }).kind).toBe("updated");
    expect(row({ email: "new@example.com", tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }).kind).toBe(
      "failed",
    );
    expect(row({ email: "new@example.com" }).kind).toBe("created");
  });

  test("are skipped where existing contacts are skipped, also of contacts that the same file made", () => {
    const { book, byId, row } = play([ann, bob], { ...bulkWrite, onExisting: "skip" });
    expect(row({ email: "ann@example.com", status: "complained", tags: ["a"] })).toMatchObject({
      kind: "skipped",
    });
    expect(row({ email: "bob@example.com", externalId: "x-bob" })).toMatchObject({ kind: "skipped" });
    expect(row({ email: "new@example.com" }).kind).toBe("created");
    expect(row({ email: "new@example.com", firstName: "N" })).toMatchObject({ kind: "skipped" });
    expect(book.changes()).toEqual({ created: [byId("id-new1")], updated: [], unchanged: [] });
    expect(byId("id-new1")?.firstName).toBeNull();
  });
});

describe("limits of the whole contact", () => {
  test("hold for what the rows add up to, and a row beyond them changes nothing", () => {
    const tags = (letter: string) => Array.from({ length: 30 }, (_, n) => `${letter}${n}`);
    const { byId, row } = play([ann]);
    expect(row({ email: ann.email, tags: tags("a") }).kind).toBe("updated");
    const after = byId("id-ann");
    expect(problemOf(row({ email: ann.email, firstName: "X", tags: tags("b") })).code).toBe("too_many_tags");
    expect(byId("id-ann")).toBe(after);
  });
});

describe("a change of one contact by its id", () => {
  const patch: WritePolicy = { ...singleWrite, tags: "replace" };

  test("may take a free email and a free externalId", () => {
    const { book, change } = play([ann, bob], patch);
    expect(change(bob, { email: "b@example.com", externalId: "x-bob", tags: [] })).toMatchObject({
      kind: "updated",
    });
    expect(book.byExternalId("x-bob")).toMatchObject({ id: "id-bob", email: "b@example.com", tags: [] });
    expect(change(ann, { email: "ann@example.com", externalId: "x-ann" })).toMatchObject({
      kind: "unchanged",
    });
  });

  test("may take neither of another contact, and names it", () => {
    const { book, change } = play([ann, bob], patch);
    expect(problemOf(change(bob, { email: "ann@example.com" }))).toMatchObject({
      code: "email_taken",
      contactId: "id-ann",
    });
    expect(problemOf(change(bob, { externalId: "x-ann" }))).toMatchObject({
      code: "external_id_taken",
      contactId: "id-ann",
    });
    expect(book.changes().updated).toEqual([]);
  });
});
