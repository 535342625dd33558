import { describe, expect, test } from "vitest";
import { ann, bob } from "../../test/upsert-play.ts";
import type { Contact } from "../contacts/contact.ts";
import { ContactBook } from "../contacts/contact-book.ts";
import { Status, strictest } from "../contacts/status.ts";
import { applySuppression, noSuppressionEffects, statusLeftBehind } from "./suppression.ts";
import { mapSuppressionColumns } from "./suppression-columns.ts";
import { readSuppression } from "./suppression-row.ts";

function play(stored: readonly Contact[], left: Readonly<Record<string, Status>> = {}) {
  const book = new ContactBook(stored);
  const entries = new Map(Object.entries(left));
  const effects = noSuppressionEffects();
  const context = { book, entries, seen: new Set<string>() };
  return {
    book,
    entries,
    effects,
    row: (email: string, status: Exclude<Status, "active">) =>
      applySuppression({ email, status }, context, effects),
  };
}

describe("an address that is suppressed", () => {
  const statuses = Status.options;

  test("ends with the strictest of what the list, the contact and the row say, on the list and in the contact", () => {
    for (const entry of [undefined, ...statuses.slice(1)]) {
      for (const had of [undefined, ...statuses]) {
        for (const said of statuses.slice(1) as Exclude<Status, "active">[]) {
          const world = play(had ? [{ ...ann, status: had }] : [], entry ? { [ann.email]: entry } : {});
          const outcome = world.row(ann.email, said);
          const next = strictest(strictest(entry ?? "active", had ?? "active"), said);
          expect(world.entries.get(ann.email)).toBe(next);
          expect(world.book.byEmail(ann.email)?.status).toBe(had === undefined ? undefined : next);
          expect(world.effects.entries.get(ann.email)).toBe(entry === next ? undefined : next);
          expect(world.effects.statusChanges).toEqual(
            had === undefined || had === next
              ? []
              : [{ contactId: ann.id, from: had, to: next, reason: "suppressed" }],
          );
          expect(outcome).toEqual({
            kind:
              entry === undefined
                ? "created"
                : entry !== next || (had !== undefined && had !== next)
                  ? "updated"
                  : "unchanged",
            kept: next === said ? null : `kept_${next}`,
          });
        }
      }
    }
  });

  test("that comes again is a duplicate, which says whether it changed anything", () => {
    const world = play([ann]);
    expect(world.row(ann.email, "unsubscribed").kind).toBe("created");
    expect(world.row(ann.email, "unsubscribed")).toMatchObject({ kind: "duplicate", changed: false });
    expect(world.row(ann.email, "bounced")).toMatchObject({ kind: "duplicate", changed: true });
    expect(world.row(bob.email, "bounced").kind).toBe("created");
    expect(world.book.changes().updated).toEqual([
      { before: ann, after: { ...ann, status: "bounced", version: ann.version + 2 } },
    ]);
  });
});

test("a row is unsubscribed unless it says something stricter; one that says active, or nobody, fails", () => {
  const read = (input: object) => readSuppression({ ok: true, input });
  const email = "a@x.co";
  expect(read({ email, firstName: "Ana" })).toEqual({ ok: true, input: { email, status: "unsubscribed" } });
  expect(read({ email, status: false })).toEqual({ ok: true, input: { email, status: "unsubscribed" } });
  expect(read({ email, status: "complained" })).toEqual({ ok: true, input: { email, status: "complained" } });
  for (const status of ["active", true]) {
    expect(read({ email, status })).toMatchObject({ ok: false, problem: { code: "status_invalid" } });
  }
  expect(read({ externalId: "7" })).toMatchObject({ ok: false, problem: { code: "email_missing" } });
});

test("of a file's columns the address and the status are read, by header, mapping or content; the reason says that the rest is not kept", () => {
  const { ok, columns, choices } = mapSuppressionColumns(["Correo", "Vorname", "estado", "reason", "plan"]);
  expect(ok).toBe(true);
  expect(columns.map(({ kind }) => kind)).toEqual(["email", "ignore", "status", "ignore", "ignore"]);
  expect(choices[3]!.reason).toContain("nothing of it is kept");
  expect(mapSuppressionColumns(["a"], {}, ["email"])).toMatchObject({
    ok: true,
    columns: [{ kind: "email" }],
  });
  expect(mapSuppressionColumns(["x", "why"], { x: "email", why: "status" }).columns).toEqual([
    { kind: "email" },
    { kind: "status" },
  ]);
  expect(mapSuppressionColumns(["externalId"])).toMatchObject({
    ok: false,
    problem: { code: "no_email_column" },
  });
});

test("a deleted contact leaves its status behind unless it was active; an erased one is never mailed again", () => {
  const left = (gone: "deleted" | "erased") => Status.options.map((status) => statusLeftBehind(status, gone));
  expect(left("deleted")).toEqual([null, "unsubscribed", "bounced", "complained"]);
  expect(left("erased")).toEqual(["unsubscribed", "unsubscribed", "bounced", "complained"]);
});
