import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { anyTables } from "../../test/colliding-rows.ts";
import { ladder } from "../../test/row-oracle.ts";
import { ann, problemOf } from "../../test/upsert-play.ts";
import type { Contact } from "../contacts/contact.ts";
import { ContactBook } from "../contacts/contact-book.ts";
import type { Status } from "../contacts/status.ts";
import { noEffects } from "../contacts/upsert.ts";
import { applyBulkChange, BulkChange } from "./bulk-change.ts";

function play(contact: Contact, change: z.input<typeof BulkChange>, repeat = false) {
  const book = new ContactBook([contact]);
  const effects = noEffects();
  const subject = { given: contact.id, contactId: contact.id, repeat };
  const outcome = applyBulkChange(subject, contact, BulkChange.parse(change), book, effects);
  return { outcome, effects, after: book.byEmail(contact.email)! };
}

const withStatus = (status: Status): Contact => ({ ...ann, status });
const consent = { resubscribe: true, consent: "They signed again in June." };

describe("subscribe", () => {
  test("brings back who unsubscribed, lifts what the address left behind, and says so in the history", () => {
    const { outcome, after, effects } = play(withStatus("unsubscribed"), { action: "subscribe" });
    expect(outcome).toMatchObject({ kind: "updated", kept: null });
    expect(after).toMatchObject({ status: "active", version: ann.version + 1 });
    expect(effects.statusChanges).toMatchObject([{ from: "unsubscribed", to: "active", reason: "explicit" }]);
    expect(effects.suppressions).toEqual(new Map([[ann.email, null]]));
  });

  test.each(["bounced", "complained"] as const)("leaves who %s as they are, and says why", (status) => {
    const { outcome, after, effects } = play(withStatus(status), { action: "subscribe" });
    expect(problemOf(outcome)).toMatchObject({ code: "cannot_reactivate", value: status });
    expect(after.status).toBe(status);
    expect(effects.statusChanges).toEqual([]);
  });

  test("of somebody active changes nothing", () => {
    expect(play(ann, { action: "subscribe" }).outcome.kind).toBe("unchanged");
  });
});

test("unsubscribe takes active contacts off and leaves stricter statuses as they are, with nothing kept back", () => {
  for (const status of ladder) {
    const { outcome, after } = play(withStatus(status), { action: "unsubscribe" });
    expect(outcome).toMatchObject({ kind: status === "active" ? "updated" : "unchanged", kept: null });
    expect(after.status).toBe(status === "active" ? "unsubscribed" : status);
  }
});

describe("update", () => {
  test("merges attributes, replaces tags, clears with null", () => {
    const { after } = play(ann, {
      action: "update",
      patch: { firstName: null, tags: ["b", " b "], attributes: { plan: null, city: "Ulm" } },
    });
    expect(after).toMatchObject({ firstName: null, tags: ["b"], attributes: { city: "Ulm" } });
  });

  test("with a status only makes it stricter, and counts whom it kept back", () => {
    const update = { action: "update", patch: { status: "active", firstName: "A" } } as const;
    const { outcome, after } = play(withStatus("unsubscribed"), update);
    expect(outcome).toMatchObject({ kind: "updated", kept: "kept_unsubscribed" });
    expect(after).toMatchObject({ status: "unsubscribed", firstName: "A" });
  });

  test("with a consent brings back unsubscribed and bounced contacts, never complained ones", () => {
    for (const [before, expected] of [
      ["unsubscribed", "active"],
      ["bounced", "active"],
      ["complained", "complained"],
    ] as const) {
      const { after } = play(withStatus(before), {
        action: "update",
        patch: { status: "active" },
        ...consent,
      });
      expect(after.status).toBe(expected);
    }
  });

  test("without a status keeps nothing back", () => {
    const { outcome } = play(withStatus("bounced"), { action: "update", patch: { firstName: "A" } });
    expect(outcome).toMatchObject({ kind: "updated", kept: null });
  });
});

describe("tags", () => {
  test("are added behind those that are there", () => {
    expect(play(ann, { action: "add_tags", tags: ["new", "vip"] }).after.tags).toEqual(["vip", "new"]);
    expect(play(ann, { action: "add_tags", tags: ["vip"] }).outcome.kind).toBe("unchanged");
  });

  test("are removed wherever they are", () => {
    expect(play(ann, { action: "remove_tags", tags: ["vip", "other"] }).after.tags).toEqual([]);
    expect(play(ann, { action: "remove_tags", tags: ["other"] }).outcome.kind).toBe("unchanged");
  });

  test("beyond fifty fail the contact", () => {
    const full = { ...ann, tags: Array.from({ length: 50 }, (_, n) => `t${n}`) };
    const { outcome, after } = play(full, { action: "add_tags", tags: ["one more"] });
    expect(problemOf(outcome).code).toBe("too_many_tags");
    expect(after).toBe(full);
  });
});

describe("an id", () => {
  const subject = { given: "con_nobody", contactId: null, repeat: false };

  test("that no contact has fails, and is shown as it was given", () => {
    const outcome = applyBulkChange(
      subject,
      undefined,
      { action: "unsubscribe" },
      new ContactBook([]),
      noEffects(),
    );
    expect(problemOf(outcome)).toMatchObject({ code: "contact_unknown", field: "id", value: "con_nobody" });
  });

  test("given twice counts as a duplicate, also where the first one deleted the contact", () => {
    expect(play(ann, { action: "add_tags", tags: ["x"] }, true).outcome).toMatchObject({
      kind: "duplicate",
      changed: true,
    });
    const gone = { given: "1", contactId: ann.id, repeat: true };
    const outcome = applyBulkChange(gone, undefined, { action: "delete" }, new ContactBook([]), noEffects());
    expect(outcome).toMatchObject({ kind: "duplicate", changed: false });
  });
});

const anyTag = fc.constantFrom("t", "u", "w");
const anyChange: fc.Arbitrary<BulkChange> = fc.oneof(
  fc.constantFrom({ action: "subscribe" as const }, { action: "unsubscribe" as const }),
  fc.record({
    action: fc.constantFrom("add_tags" as const, "remove_tags" as const),
    tags: fc.uniqueArray(anyTag, { minLength: 1 }),
  }),
  fc
    .record(
      {
        firstName: fc.constantFrom(null, "x", "y"),
        tags: fc.option(fc.uniqueArray(anyTag)),
        attributes: fc.option(fc.dictionary(fc.constantFrom("plan", "city"), fc.constantFrom(null, 1, "x"))),
        status: fc.constantFrom(...ladder),
      },
      { requiredKeys: ["firstName"] },
    )
    .map((patch) => ({ action: "update" as const, patch, resubscribe: false })),
);

test("a change made twice is the change made once; without a consent only subscribe loosens a status, and only unsubscribed", () => {
  fc.assert(
    fc.property(anyTables, anyChange, ({ contacts }, change) => {
      const book = new ContactBook(contacts);
      for (const before of contacts) {
        const subject = { given: before.id, contactId: before.id, repeat: false };
        const outcome = applyBulkChange(subject, before, change, book, noEffects());
        const after = book.byEmail(before.email)!;
        expect(after === before).toBe(outcome.kind !== "updated");
        expect(after.version).toBe(before.version + (outcome.kind === "updated" ? 1 : 0));
        if (ladder.indexOf(after.status) < ladder.indexOf(before.status)) {
          expect([change.action, before.status, after.status]).toEqual([
            "subscribe",
            "unsubscribed",
            "active",
          ]);
        }
        const again = applyBulkChange({ ...subject, repeat: true }, before, change, book, noEffects());
        expect(again).toMatchObject(
          outcome.kind === "failed" ? { kind: "failed" } : { kind: "duplicate", changed: false },
        );
        expect(book.byEmail(before.email)).toBe(after);
      }
    }),
  );
});

test("a change reads the same after it was kept as JSON", () => {
  fc.assert(
    fc.property(anyChange, (change) => {
      const kept = BulkChange.parse(change);
      expect(BulkChange.parse(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    }),
  );
});

test.each([
  [{ action: "explode" }],
  [{ action: "add_tags", tags: [" "] }],
  [{ action: "add_tags", tags: ["x".repeat(129)] }],
  [{ action: "update", patch: {} }],
  [{ action: "update", patch: { email: "a@x.io" } }],
  [{ action: "update", patch: { firstName: "x".repeat(256) } }],
  [{ action: "update", patch: { attributes: { constructor: 1 } } }],
  [{ action: "update", patch: { status: "active" }, resubscribe: true }],
  [{ action: "update", patch: { firstName: "A" }, ...consent }],
  [{ action: "subscribe", ...consent }],
])("%j is refused", (change) => {
  expect(BulkChange.safeParse(change).success).toBe(false);
});
