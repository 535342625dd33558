import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { EventType } from "@roster/domain/events/event.ts";
import { type RuleEvent, ruleEvents } from "@roster/store/scores/rule-events.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { upsertContact } from "../src/contacts/contacts.ts";
import { recordEvents } from "../src/events/events.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const start = Date.now() - 40 * 86_400_000;
const event = fc
  .record({
    type: fc.constantFrom(...EventType.options),
    campaignId: fc.constantFrom(null, "c1", 'c"2'),
    hour: fc.integer({ min: 0, max: 900 }),
    who: fc.integer({ min: 0, max: 1 }),
  })
  .map(({ who, hour, ...rest }) => ({
    ...rest,
    email: `p${who}@x.co`,
    at: new Date(start + hour * 3_600_000).toISOString(),
  }));

/** The latest of each type, and of each campaign where that counts, in an order of its own. */
function latest(events: readonly { type: EventType; campaignId: string | null; at: number }[]): RuleEvent[] {
  const kinds = Map.groupBy(events, ({ type, campaignId }) => JSON.stringify([type, campaignId]));
  return [...kinds]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, [first, ...more]]) => ({ ...first!, at: Math.max(first!.at, ...more.map(({ at }) => at)) }));
}

test("rules see the latest event of each type that they ask for, and of each campaign where one of them asks for that", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 12 }),
      fc.subarray(EventType.options, { minLength: 1 }),
      fc.boolean(),
      async (events, types, campaigns) => {
        const scope: TenantScope = await world.otherTenant(`rule-events-${++tenants}`);
        const { sql } = world.deps;
        const ids: string[] = [];
        for (const email of ["p0@x.co", "p1@x.co"])
          ids.push((await upsertContact(world.deps, scope, { email })).contact.id);
        await recordEvents(world.deps, scope, { events });
        const found = await ruleEvents(sql, scope.tenantId, ids, { types, precisely: true, campaigns });
        for (const [n, id] of ids.entries()) {
          const own = events
            .filter(({ email, type }) => email === `p${n}@x.co` && types.includes(type))
            .map(({ type, campaignId, at }) => ({
              type,
              campaignId: campaigns ? campaignId : null,
              at: Date.parse(at),
            }));
          expect(latest(found.get(id) ?? [])).toEqual(latest(own));
        }
        // Without their times the history of campaigns tells the same, but for who came and went without naming one.
        const lasting = types.filter((type): boolean => type !== "unsubscribed" && type !== "resubscribed");
        if (lasting.length === 0) return;
        const rough = { types: lasting, precisely: false, campaigns };
        const roughly = await ruleEvents(sql, scope.tenantId, ids, rough);
        const kinds = (some: ReadonlyMap<string, RuleEvent[]>) =>
          ids.map((id) =>
            latest(some.get(id)?.filter(({ type }) => lasting.includes(type)) ?? []).map(
              ({ at, ...kind }) => kind,
            ),
          );
        expect(kinds(roughly)).toEqual(kinds(found));
      },
    ),
    { numRuns: 25 },
  );
});
