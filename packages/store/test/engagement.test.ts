import type { CampaignSend } from "@roster/domain/events/campaign-send.ts";
import type { Engagement } from "@roster/domain/events/engagement.ts";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sendsOf } from "../src/events/campaign-sends.ts";
import { engagementOf } from "../src/events/engagement.ts";
import { writeEngagement } from "../src/events/engagement-write.ts";
import { writeSends } from "../src/events/send-write.ts";
import { openStore, type Sql } from "../src/open.ts";
import { createTestDatabase } from "../src/testing.ts";

let sql: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  sql = openStore(database.url, { max: 1 });
  drop = database.drop;
});
afterAll(async () => {
  await sql?.end();
  await drop?.();
});

const tenantId = "0198c0de-0000-7000-8000-000000000001";
const now = new Date("2026-04-01T00:00:00Z");
beforeEach(() => sql`truncate engagement, campaign_sends`);

const count = fc.nat({ max: 2 ** 31 - 1 });
const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });
const time = fc.option(date);
const engagement = fc.record<Engagement>({
  sent: count,
  delivered: count,
  opened: count,
  clicked: count,
  softBounces: count,
  softBouncedAt: fc.array(date, { maxLength: 3 }),
  firstSentAt: time,
  lastSentAt: time,
  lastDeliveredAt: time,
  lastOpenedAt: time,
  lastClickedAt: time,
  lastUnsubscribedAt: time,
  lastResubscribedAt: time,
  activity: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  activityAt: time,
});
const score = fc.option(fc.integer({ min: 0, max: 100 }));

test("engagement is read as it was written, the first time and over what was there", async () => {
  const people = fc.uniqueArray(fc.record({ contactId: fc.uuid(), engagement, score, later: engagement }), {
    selector: ({ contactId }) => contactId,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(people, async (people) => {
      await sql`truncate engagement`;
      const ids = people.map(({ contactId }) => contactId);
      const write = (changes: Parameters<typeof writeEngagement>[2]) =>
        sql.begin((tx) => writeEngagement(tx, tenantId, changes, now));
      await write(people.map((person) => ({ ...person, from: null })));
      const first = await engagementOf(sql, tenantId, ids);
      expect(first).toEqual(
        new Map(people.map(({ contactId, engagement }) => [contactId, { version: 1, engagement }])),
      );
      await write(
        people.map(({ contactId, score, later }) => ({ contactId, engagement: later, score, from: 1 })),
      );
      const second = await engagementOf(sql, tenantId, ids);
      expect(second).toEqual(
        new Map(people.map(({ contactId, later }) => [contactId, { version: 2, engagement: later }])),
      );
      const kept = await sql<{ id: string; score: number; due: boolean; scoredAt: Date | null }[]>`
        select contact_id as id, score, score_due as due, scored_at from engagement`;
      expect(new Map(kept.map(({ id, ...rest }) => [id, rest]))).toEqual(
        new Map(
          people.map(({ contactId, score }) => [
            contactId,
            { score: score ?? 50, due: score === null, scoredAt: score === null ? null : now },
          ]),
        ),
      );
    }),
    { numRuns: 40 },
  );
});

test("engagement that somebody else wrote meanwhile is told of", async () => {
  const contactId = "0198c0de-0000-7000-8000-000000000002";
  const [one] = fc.sample(engagement, 1);
  const write = (from: number | null) =>
    sql.begin((tx) =>
      writeEngagement(tx, tenantId, [{ contactId, engagement: one!, score: null, from }], now),
    );
  expect(await write(null)).toBe(true);
  await expect(write(null)).rejects.toMatchObject({ code: "23505" });
  expect(await write(1)).toBe(true);
  expect(await write(1)).toBe(false);
});

const name = fc.option(
  fc.string({ unit: "grapheme", maxLength: 20 }).map((s) => s.replaceAll("\0", "").toWellFormed()),
);
const send = fc.record<CampaignSend>({
  campaignId: fc.constantFrom(null, "c1", "c2", 'c"3'),
  campaignName: name,
  namedAt: time,
  bounce: fc.option(fc.constantFrom("hard", "soft")),
  firstAt: date,
  sent: count,
  delivered: count,
  opened: count,
  clicked: count,
  bounced: count,
  sentAt: time,
  deliveredAt: time,
  openedAt: time,
  clickedAt: time,
  bouncedAt: time,
  complainedAt: time,
  unsubscribedAt: time,
});

test("sends are read as they were written, the first time and over what was there", async () => {
  const contact = fc.constantFrom(
    "0198c0de-0000-7000-8000-000000000002",
    "0198c0de-0000-7000-8000-000000000003",
  );
  const sends = fc.uniqueArray(fc.record({ contactId: contact, send, later: send }), {
    selector: ({ contactId, send }) => contactId + send.campaignId,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(sends, async (sends) => {
      await sql`truncate campaign_sends`;
      const pairs = sends.map(({ contactId, send: { campaignId } }) => ({ contactId, campaignId }));
      for (const isKnown of [false, true]) {
        const written = sends.map(({ contactId, send, later }) => ({
          contactId,
          send: isKnown ? { ...later, campaignId: send.campaignId } : send,
          isKnown,
        }));
        await sql.begin((tx) => writeSends(tx, tenantId, written));
        const found = await sendsOf(sql, tenantId, pairs);
        const expected = Map.groupBy(written, ({ contactId }) => contactId);
        expect(found).toEqual(
          new Map([...expected].map(([contactId, own]) => [contactId, own.map(({ send }) => send)])),
        );
      }
    }),
    { numRuns: 40 },
  );
});
