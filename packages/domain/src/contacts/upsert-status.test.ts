import { describe, expect, test } from "vitest";
import { ann, bob, play, problemOf } from "../../test/upsert-play.ts";
import { noEffects } from "./upsert.ts";
import { bulkWrite, singleWrite } from "./write-policy.ts";

describe("a status", () => {
  test("that was kept is said, and the row counts by its other fields", () => {
    const { byId, row } = play([{ ...ann, status: "unsubscribed" }]);
    expect(row({ email: ann.email, status: true, firstName: "A" })).toEqual({
      kind: "updated",
      contactId: "id-ann",
      kept: "kept_unsubscribed",
    });
    expect(byId("id-ann")).toMatchObject({ status: "unsubscribed", firstName: "A" });
    expect(row({ email: ann.email })).toMatchObject({
      kind: "duplicate",
      changed: false,
      kept: "kept_unsubscribed",
    });
  });

  test("that changes raises the version and is history, with its reason", () => {
    const { byId, effects, row } = play([ann, { ...bob, status: "bounced" }], {
      ...bulkWrite,
      resubscribe: { consent: "v2" },
    });
    row({ email: ann.email, status: "complained" });
    row({ email: bob.email });
    expect(effects.statusChanges).toEqual([
      { contactId: "id-ann", from: "active", to: "complained", reason: "explicit" },
      { contactId: "id-bob", from: "bounced", to: "active", reason: "resubscribed" },
    ]);
    expect(byId("id-ann")?.version).toBe(4);
  });

  test("that a boolean cannot give fails the row and changes nothing of it", () => {
    const { book, row } = play([{ ...ann, status: "complained" }], singleWrite);
    expect(problemOf(row({ email: ann.email, status: true, firstName: "A" }))).toMatchObject({
      code: "cannot_reactivate",
      value: "complained",
    });
    expect(book.changes().updated).toEqual([]);
  });
});

describe("an address that somebody left behind", () => {
  const move = { externalId: "x-ann", email: "anna@example.com" };

  test.each(["unsubscribed", "bounced", "complained"] as const)(
    "by moving while %s is suppressed",
    (status) => {
      const { effects, row } = play([{ ...ann, status }]);
      row(move);
      expect(effects.suppressions).toEqual(new Map([["ann@example.com", status]]));
      row({ email: "ann@example.com", status: "active" });
      expect(row({ email: "ann@example.com" })).toMatchObject({ kind: "duplicate", kept: `kept_${status}` });
    },
  );

  test("by moving while active is free", () => {
    const { book, effects, row } = play([ann]);
    row(move);
    row({ email: "ann@example.com" });
    expect(effects).toEqual(noEffects());
    expect(book.byEmail("ann@example.com")?.status).toBe("active");
  });

  test("gives its status to the contact that moves there, and the history says why", () => {
    const { byId, effects, row } = play([ann], bulkWrite, { "anna@example.com": "bounced" });
    expect(row(move)).toMatchObject({ kind: "updated", kept: "kept_bounced" });
    expect(byId("id-ann")?.status).toBe("bounced");
    expect(effects.statusChanges).toEqual([
      { contactId: "id-ann", from: "active", to: "bounced", reason: "suppressed" },
    ]);
    expect(effects.suppressions).toEqual(new Map());
  });

  test("does not loosen the status of the contact that moves there", () => {
    const { byId, row } = play([{ ...ann, status: "complained" }], bulkWrite, {
      "anna@example.com": "unsubscribed",
    });
    row(move);
    expect(byId("id-ann")?.status).toBe("complained");
  });

  test("gives its status to a new contact of a file, whatever the row says", () => {
    const { book, effects, row } = play([], bulkWrite, { "new@example.com": "unsubscribed" });
    expect(row({ email: "new@example.com", status: "active" })).toMatchObject({ kept: "kept_unsubscribed" });
    expect(book.byEmail("new@example.com")?.status).toBe("unsubscribed");
    expect(effects.suppressions).toEqual(new Map());
  });

  test("is mailable again when a single create names a status, and the entry goes", () => {
    const { book, effects, row } = play([], singleWrite, { "new@example.com": "complained" });
    row({ email: "new@example.com", status: "active" });
    expect(book.byEmail("new@example.com")?.status).toBe("active");
    expect(effects.suppressions).toEqual(new Map([["new@example.com", null]]));
  });

  test("is mailable for the rows after the one that freed it", () => {
    const { book, row } = play([], singleWrite, { "new@example.com": "bounced" });
    row({ email: "new@example.com", externalId: "x-1", status: "active" });
    row({ email: "newer@example.com", externalId: "x-1" });
    row({ email: "new@example.com" });
    expect(book.byEmail("new@example.com")?.status).toBe("active");
  });

  test("is mailable again when its holder is reactivated, so that it can leave and come back", () => {
    const { effects, row } = play([{ ...ann, status: "unsubscribed" }], singleWrite);
    row({ email: ann.email, status: "active" });
    expect(effects.suppressions).toEqual(new Map([["ann@example.com", null]]));
  });
});
