import { setTimeout } from "node:timers/promises";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { addEvent, type EngagementHistory, noEngagement } from "@roster/domain/events/engagement.ts";
import { type EventInput, readEvent } from "@roster/domain/events/event-input.ts";
import { contactTotals } from "@roster/store/contacts/contact-counts.ts";
import { deleteContacts } from "@roster/store/contacts/contact-delete.ts";
import { sendPage } from "@roster/store/events/campaign-sends.ts";
import { contactEngagement } from "@roster/store/events/engagement.ts";
import { dropEventMonths, eventMonths } from "@roster/store/events/event-months.ts";
import { sweepEventIds } from "@roster/store/events/event-write.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeSettings, getSettings } from "../src/accounts/tenant-settings.ts";
import { deleteContact, getContact, updateContact, upsertContact } from "../src/contacts/contacts.ts";
import { recordEvents } from "../src/events/events.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(async () => {
  await world?.close();
});

const hour = 3_600_000;
const start = Date.now() - 40 * 24 * hour;
const at = (hours: number) => new Date(start + hours * hour).toISOString();

let tenants = 0;
/** A tenant with these people, all active. */
async function people(...names: string[]): Promise<TenantScope> {
  const scope = await world.otherTenant(`events-${tenants++}`);
  for (const name of names) await upsertContact(world.deps, scope, { email: `${name}@x.co` });
  return scope;
}

const record = (scope: TenantScope, ...events: EventInput[]) => recordEvents(world.deps, scope, { events });
const status = async (scope: TenantScope, name: string) =>
  (await getContact(world.deps, scope, { email: `${name}@x.co` })).status;

/** What is stored about a contact, in the domain's shape. */
async function historyOf(scope: TenantScope, email: string): Promise<EngagementHistory> {
  const { id } = await getContact(world.deps, scope, { email });
  const sends = await sendPage(world.deps.sql, scope.tenantId, id, { limit: 1000, after: null });
  return {
    engagement: await contactEngagement(world.deps.sql, scope.tenantId, id),
    sends: new Map(sends.map(({ send }) => [send.campaignId, send])),
  };
}

/** What the domain makes of events one by one, each id once. */
function expected(events: readonly EventInput[]): EngagementHistory {
  const history: EngagementHistory = { engagement: noEngagement, sends: new Map() };
  const seen = new Set<string>();
  for (const event of events) {
    if (seen.has(event.id!)) continue;
    seen.add(event.id!);
    const read = readEvent(event, new Date());
    if (read.ok) addEvent(history, read.input.event);
  }
  return history;
}

const byCampaign = ({ sends }: EngagementHistory) =>
  [...sends.values()].toSorted((a, b) => ((a.campaignId ?? "") < (b.campaignId ?? "") ? -1 : 1));

const someEvents = fc
  .array(
    fc.record({
      type: fc.constantFrom("sent", "delivered", "opened", "clicked", "bounced", "complained" as const),
      who: fc.integer({ min: 0, max: 2 }),
      hours: fc.integer({ min: 0, max: 900 }),
      campaignId: fc.constantFrom(null, "c1", 'c"2'),
      campaignName: fc.constantFrom(null, "Spring", "Autumn, \\ 'é'"),
      soft: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((events) =>
    events.map(({ who, hours, soft, ...event }, n): EventInput => {
      const bounce = event.type === "bounced" ? (soft ? "soft" : "hard") : null;
      return { ...event, id: `e${n}`, email: `p${who}@x.co`, at: at(hours), bounce } as EventInput;
    }),
  );

const told = someEvents.chain((events) =>
  fc.record({
    events: fc.constant(events),
    order: fc.shuffledSubarray(events, { minLength: events.length }),
    again: fc.subarray(events),
    portion: fc.integer({ min: 1, max: 15 }),
  }),
);

function portions<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

test("whatever the order and the portions, several at once and told twice, each event counts once", async () => {
  await fc.assert(
    fc.asyncProperty(told, async ({ events, order, again, portion }) => {
      const scope = await people("p0", "p1", "p2");
      const sent = portions([...order, ...again], portion);
      const counts = await Promise.all(sent.map((events) => record(scope, ...events)));
      const sum = (pick: (c: (typeof counts)[number]) => number) => counts.reduce((n, c) => n + pick(c), 0);
      expect(sum(({ accepted }) => accepted)).toBe(events.length);
      expect(sum(({ duplicate }) => duplicate)).toBe(again.length);
      for (const who of [0, 1, 2]) {
        const email = `p${who}@x.co`;
        const should = expected(events.filter((event) => event.email === email));
        const is = await historyOf(scope, email);
        const { activity, ...exact } = is.engagement;
        const { activity: near, ...same } = should.engagement;
        expect(exact).toEqual(same);
        expect(activity).toBeCloseTo(near, 9);
        expect(byCampaign(is)).toEqual(byCampaign(should));
      }
      const [stored] = await world.deps.sql`
        select count(*) as n from events where tenant_id = ${scope.tenantId}`;
      expect(stored!.n).toBe(events.length);
    }),
    { numRuns: 8 },
  );
});

test("the same id counts in each tenant, and for nobody who is unknown: it counts when the contact is there", async () => {
  const [one, other] = [await people("ann"), await people("ann")];
  const event: EventInput = { id: "same", type: "opened", email: "ann@x.co" };
  expect(await record(one, event, event)).toMatchObject({ accepted: 1, duplicate: 1 });
  expect(await record(other, event)).toMatchObject({ accepted: 1 });
  const late: EventInput = { id: "late", type: "opened", email: "ben@x.co" };
  const { outcomes } = await record(one, late);
  expect(outcomes).toMatchObject([{ kind: "failed", problem: { code: "contact_unknown", field: "email" } }]);
  await upsertContact(world.deps, one, { email: "ben@x.co" });
  expect(await record(one, late)).toMatchObject({ accepted: 1, failed: 0 });
});

test("an event of another tenant's contact is one of nobody", async () => {
  const [one, other] = [await people("ann"), await people("eve")];
  const { id } = await getContact(world.deps, one, { email: "ann@x.co" });
  const { outcomes } = await record(other, { type: "complained", contactId: id });
  expect(outcomes).toMatchObject([{ kind: "failed", problem: { code: "contact_unknown" } }]);
  expect(await status(one, "ann")).toBe("active");
});

test("without an id nothing tells a repetition from another event", async () => {
  const scope = await people("ann");
  const event: EventInput = { type: "opened", email: "ann@x.co", at: at(1) };
  expect(await record(scope, event, event)).toMatchObject({ accepted: 2, duplicate: 0 });
});

test("an open changes neither the contact nor the feed; a complaint changes both, and the totals", async () => {
  const scope = await people("ann");
  const row = async () => {
    const [found] = await world.deps.sql`
      select xmin::text, version, feed_xid::text, updated_at from contacts where tenant_id = ${scope.tenantId}`;
    return found!;
  };
  const before = await row();
  await record(scope, { type: "opened", email: "ann@x.co", campaignId: "c1" });
  expect(await row()).toEqual(before);
  await record(scope, { id: "evt-1", type: "complained", email: "ann@x.co", campaignId: "c1" });
  const after = await row();
  expect(after.version).toBe(2);
  expect(after.feedXid).not.toBe(before.feedXid);
  expect(await contactTotals(world.deps.sql, scope.tenantId)).toMatchObject({ active: 0, complained: 1 });
  const changes = await world.deps.sql`
    select from_status, to_status, reason, source_kind, source_id from status_changes
    where tenant_id = ${scope.tenantId}`;
  expect([...changes]).toEqual([
    {
      fromStatus: "active",
      toStatus: "complained",
      reason: "complaint",
      sourceKind: "event",
      sourceId: "evt-1",
    },
  ]);
});

describe("statuses", () => {
  test("three soft bounces in a row count as a bounce, unless a delivery lies between", async () => {
    const scope = await people("ann", "ben");
    const soft = (name: string, hours: number): EventInput => ({
      type: "bounced",
      bounce: "soft",
      email: `${name}@x.co`,
      at: at(hours),
    });
    await record(scope, soft("ann", 1), soft("ann", 2), soft("ben", 1), soft("ben", 3));
    expect(await status(scope, "ann")).toBe("active");
    await record(scope, { type: "delivered", email: "ben@x.co", at: at(2) });
    await record(scope, soft("ann", 3), soft("ben", 4));
    expect([await status(scope, "ann"), await status(scope, "ben")]).toEqual(["bounced", "active"]);
  });

  test("how many they are is the tenant's to say", async () => {
    const scope = await people("ann");
    const soft: EventInput = { type: "bounced", bounce: "soft", email: "ann@x.co" };
    expect((await changeSettings(world.deps, scope, { softBounceLimit: 2 })).softBounceLimit).toBe(2);
    await record(scope, soft);
    expect(await status(scope, "ann")).toBe("active");
    await record(scope, soft);
    expect(await status(scope, "ann")).toBe("bounced");
    await changeSettings(world.deps, scope, { softBounceLimit: null });
    expect((await getSettings(world.deps, scope)).softBounceLimit).toBe(3);
  });

  test("whoever left and came back has the status of the later of the two, whichever is told first", async () => {
    const left: EventInput = { type: "unsubscribed", email: "ann@x.co", at: at(10) };
    const back: EventInput = { type: "resubscribed", email: "ann@x.co", at: at(20) };
    const early: EventInput = { ...back, at: at(5) };
    for (const [events, becomes] of [
      [[left, back], "active"],
      [[back, left], "active"],
      [[left, early], "unsubscribed"],
      [[early, left], "unsubscribed"],
    ] as const) {
      const scope = await people("ann");
      for (const event of events) await record(scope, event);
      expect(await status(scope, "ann")).toBe(becomes);
      const together = await people("ann");
      await record(together, ...events);
      expect(await status(together, "ann")).toBe(becomes);
    }
  });

  test("a “came back” from before does not undo a goodbye that was said otherwise than by an event", async () => {
    const scope = await people("ann", "ben");
    const tomorrow = new Date(Date.now() + hour).toISOString();
    await updateContact(world.deps, scope, { email: "ann@x.co" }, { status: "unsubscribed" });
    await upsertContact(world.deps, scope, { email: "cid@x.co", status: "unsubscribed" });
    for (const name of ["ann", "cid"]) {
      await record(scope, { type: "resubscribed", email: `${name}@x.co`, at: at(1) });
      expect(await status(scope, name)).toBe("unsubscribed");
      await record(scope, { type: "resubscribed", email: `${name}@x.co`, at: tomorrow });
      expect(await status(scope, name)).toBe("active");
    }
  });
});

test("with a contact go its events, sums and history, also those that come in at that moment", async () => {
  const names = Array.from({ length: 12 }, (_, n) => `p${n}`);
  const scope = await people(...names);
  const events = names.map((name): EventInput => ({ type: "sent", email: `${name}@x.co`, campaignId: "c1" }));
  await record(scope, ...events.slice(0, 6));
  const deletions = names.map((name) => deleteContact(world.deps, scope, { email: `${name}@x.co` }));
  await Promise.all([...deletions, ...Array.from({ length: 6 }, () => record(scope, ...events))]);
  for (const table of ["contacts", "engagement", "campaign_sends", "events", "status_changes"]) {
    const rows = await world.deps.sql`
      select from ${world.deps.sql(table)} where tenant_id = ${scope.tenantId}`;
    expect([table, rows.count]).toEqual([table, 0]);
  }
});

test("the first event of a contact that is just being deleted waits, and is then one of nobody", async () => {
  const scope = await people("ann");
  const { id } = await getContact(world.deps, scope, { email: "ann@x.co" });
  let recording: ReturnType<typeof record> | undefined;
  await world.deps.sql.begin(async (tx) => {
    await deleteContacts(tx, scope.tenantId, [id]);
    recording = record(scope, { type: "sent", contactId: id });
    // Whoever does not wait would be through by then, behind the deletion that cannot see it.
    await Promise.race([recording, setTimeout(300)]);
  });
  expect(await recording).toMatchObject({ accepted: 0, failed: 1 });
  const left = await world.deps.sql`select from engagement where tenant_id = ${scope.tenantId}`;
  expect(left.count).toBe(0);
});

test("an event that failed keeps no other back", async () => {
  const scope = await people("ann");
  const { accepted, failed, outcomes } = await record(
    scope,
    { type: "opened", email: "ann@x.co" },
    { type: "opened", email: "ann@x.co", at: "2001-01-01T00:00:00Z" },
    { type: "clicked", email: "not an address" },
    { type: "clicked", email: "ann@x.co" },
  );
  expect({ accepted, failed }).toEqual({ accepted: 2, failed: 2 });
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(["accepted", "failed", "failed", "accepted"]);
});

// Last: it takes months away from under the others.
test("months are made when they are needed, and the sums outlive them", async () => {
  const scope = await people("ann");
  const old = new Date(Date.now() - 89 * 24 * hour);
  const event: EventInput = {
    id: "old",
    type: "opened",
    email: "ann@x.co",
    campaignId: "c1",
    at: old.toISOString(),
  };
  await record(scope, event);
  const month = old.toISOString().slice(0, 7);
  expect(await eventMonths(world.deps.sql)).toContain(month);
  const before = await historyOf(scope, "ann@x.co");
  const behind = new Date(Date.UTC(old.getUTCFullYear(), old.getUTCMonth() + 1, 1));
  expect(await dropEventMonths(world.deps.sql, new Date(+behind - 1))).not.toContain(month);
  expect(await dropEventMonths(world.deps.sql, behind)).toContain(month);
  expect(await eventMonths(world.deps.sql)).not.toContain(month);
  expect(await historyOf(scope, "ann@x.co")).toEqual(before);
  expect(await record(scope, event)).toMatchObject({ duplicate: 1 });
  expect(await sweepEventIds(world.deps.sql, 1)).toBe(0);
  await world.deps.sql`
    update event_ids set received_at = now() - interval '2 days' where tenant_id = ${scope.tenantId}`;
  expect(await sweepEventIds(world.deps.sql, 1)).toBe(1);
});
