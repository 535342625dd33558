import fc from "fast-check";
import { expect, test } from "vitest";
import { JobKind } from "../jobs/job.ts";
import { cutDelivery, eventOf, type FeedEntry, isWanted, WebhookEvent } from "./webhook-event.ts";

const id = fc.uuid();
const anyEntry: fc.Arbitrary<FeedEntry> = fc.oneof(
  fc.record({
    kind: fc.constant("contact" as const),
    id,
    version: fc.integer({ min: 1, max: 3 }),
    byImport: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("deletion" as const), id }),
  fc.record({
    kind: fc.constant("job" as const),
    id,
    job: fc.constantFrom(...JobKind.options),
    end: fc.constantFrom("completed" as const, "failed" as const, "cancelled" as const),
  }),
);
const anyWishes = fc.record({
  events: fc.uniqueArray(fc.constantFrom(...WebhookEvent.options), { minLength: 1 }),
  includeImports: fc.boolean(),
});

test("requests cut one after the other tell each wanted entry once, in order, and never more than fit", () => {
  fc.assert(
    fc.property(fc.array(anyEntry), anyWishes, fc.integer({ min: 1, max: 5 }), (entries, wishes, limit) => {
      const told: FeedEntry[] = [];
      for (let rest = entries; rest.length > 0; ) {
        const { covered, wanted } = cutDelivery(rest, wishes, limit);
        expect(covered).toBeGreaterThan(0);
        expect(wanted.length).toBeLessThanOrEqual(limit);
        told.push(...wanted);
        rest = rest.slice(covered);
      }
      expect(told).toEqual(entries.filter((entry) => isWanted(entry, wishes)));
    }),
  );
});

test("every entry is an event that can be asked for", () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      expect(WebhookEvent.options).toContain(eventOf(entry));
      const all = { events: WebhookEvent.options, includeImports: true };
      expect(isWanted(entry, all)).toBe(true);
    }),
  );
});

test("what an import did is told by its end alone, unless it is asked for; a deletion is always told", () => {
  const wishes = { events: WebhookEvent.options, includeImports: false };
  const contact = { kind: "contact", id: "1", version: 1 } as const;
  expect(isWanted({ ...contact, byImport: true }, wishes)).toBe(false);
  expect(isWanted({ ...contact, byImport: true }, { ...wishes, includeImports: true })).toBe(true);
  expect(isWanted({ ...contact, byImport: false }, wishes)).toBe(true);
  expect(isWanted({ kind: "deletion", id: "1" }, wishes)).toBe(true);
  expect(eventOf({ kind: "job", id: "1", job: "import", end: "completed" })).toBe("import.completed");
  expect(eventOf({ kind: "job", id: "1", job: "undo", end: "failed" })).toBe("job.failed");
});
