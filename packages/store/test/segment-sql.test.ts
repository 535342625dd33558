import { tierOf } from "@roster/domain/scores/score.ts";
import { conditionOf, type SegmentFilters } from "@roster/domain/segments/segment-condition.ts";
import type { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import { matches } from "@roster/domain/segments/segment-match.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AnySubject,
  anyFilter,
  anyRule,
  kept,
  manySubjects,
  now,
} from "../../domain/test/segment-world.ts";
import { insertContacts } from "../src/contacts/contact-write.ts";
import { openStore, type Sql } from "../src/open.ts";
import { segmentSource, segmentWhere } from "../src/segments/segment-sql.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing.ts";

const tenantId = "01890a5d-ac96-7000-8000-000000000000";

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = openStore(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

/** Puts these contacts in the place of all others. */
async function settle(subjects: readonly AnySubject[]): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from contacts`;
    await tx`delete from engagement`;
    await tx`delete from list_members`;
    const contacts = subjects.map(
      ({ contact: { number, score, createdAt, updatedAt, ...contact } }) => contact,
    );
    await insertContacts(tx, tenantId, contacts);
    const times = (pick: (subject: AnySubject) => Date | null) =>
      subjects.map((subject) => pick(subject)?.toISOString() ?? null);
    // Microseconds, which only the database knows of.
    await tx`
      update contacts c set created_at = u.created_at + u.micros, updated_at = u.updated_at + u.micros
      from (
        select id, created_at, updated_at, n % 3 * 499 * interval '1 microsecond' as micros
        from unnest(
          ${subjects.map(({ contact }) => contact.id)}::uuid[], ${times(({ contact }) => contact.createdAt)}::timestamptz[],
          ${times(({ contact }) => contact.updatedAt)}::timestamptz[]
        ) with ordinality as u (id, created_at, updated_at, n)
      ) u where c.id = u.id`;
    for (const { contact, engagement: e, hasEvents, lists } of subjects) {
      for (const list of lists) {
        await tx`
          insert into list_members (tenant_id, list_id, contact_id) values (${tenantId}, ${list}, ${contact.id})`;
      }
      if (!hasEvents) continue;
      await tx`
        insert into engagement ${tx({
          tenant_id: tenantId,
          contact_id: contact.id,
          sent: e.sent,
          delivered: e.delivered,
          opened: e.opened,
          clicked: e.clicked,
          soft_bounces: e.softBounces,
          first_sent_at: e.firstSentAt,
          last_sent_at: e.lastSentAt,
          last_opened_at: e.lastOpenedAt,
          last_clicked_at: e.lastClickedAt,
          score: contact.score,
          tier: tierOf(contact.score),
        })}`;
    }
  });
}

async function found(filter: SegmentFilter, segments: SegmentFilters): Promise<string[]> {
  const condition = conditionOf(filter, { segments, now });
  const rows = await sql<{ id: string }[]>`
    select c.id from ${segmentSource(sql, condition)}
    where c.tenant_id = ${tenantId} and ${segmentWhere(sql, condition)} order by c.id`;
  return rows.map(({ id }) => id);
}

const segmentId = "0190c8f0-0000-7000-8000-00000000aaaa";

test.each([1, 2, 3, 4])(
  "a segment finds in SQL whom it matches in the domain (contacts %i)",
  async (seed) => {
    const [subjects] = fc.sample(manySubjects(250), { numRuns: 1, seed });
    await settle(subjects!);
    const filters = fc.oneof(
      anyFilter([segmentId]),
      // One rule alone, lest others hide what it finds.
      anyRule([segmentId]).map((rule): SegmentFilter => ({ operator: "AND", rules: [rule] })),
    );
    await fc.assert(
      fc.asyncProperty(filters, anyFilter(), async (written, used) => {
        const filter = kept(written);
        const segments = { [segmentId]: kept(used) };
        const expected = subjects!.filter((subject) => matches(filter, subject, now, segments));
        expect(await found(filter, segments)).toEqual(expected.map(({ contact }) => contact.id));
      }),
      { numRuns: 150, seed },
    );
  },
);

test("an attribute's times are before and after what they are in the domain, whatever their zone", async () => {
  const at = fc
    .tuple(
      fc.integer({ min: 25, max: 31 }),
      fc.constantFrom("00:00", "00:00:00.001", "12:00", "23:59:59.999"),
    )
    .map(([day, clock]) => ({ day: `2026-01-${day}`, clock }));
  const zone = fc.constantFrom("", "Z", "+14:59", "-14:59", "+01:00", "-0530");
  const time = fc.tuple(at, zone).map(([{ day, clock }, z]) => `${day}T${clock}${z}`);
  const day = at.map((each) => each.day);
  const [subjects] = fc.sample(manySubjects(250), { numRuns: 1, seed: 5 });
  const values = fc.sample(fc.oneof(time, time, day), { numRuns: 250, seed: 5 });
  const dated = subjects!.map(({ contact, ...subject }, n) => {
    return { ...subject, contact: { ...contact, attributes: { plan: values[n]! } } };
  });
  await settle(dated);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("before", "after"), fc.oneof(time, day), async (operator, value) => {
      const filter = kept({ operator: "AND", rules: [{ field: "metadata.plan", operator, value }] });
      const expected = dated.filter((subject) => matches(filter, subject, now));
      expect(await found(filter, {})).toEqual(expected.map(({ contact }) => contact.id));
    }),
    { numRuns: 100 },
  );
});
