import type { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import { analyzeContactKeys } from "@roster/store/contacts/contact-counts.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportContactsNdjson } from "../src/contacts/contact-export.ts";
import { createList } from "../src/lists/lists.ts";
import { createSegment } from "../src/segments/segments.ts";
import { type BulkWorld, openBulkWorld, small } from "./bulk-world.ts";

/** More than some steps have, of whom the newest and the oldest are on the list. */
const contacts = 30_000;

let world: BulkWorld;
let segmentId: string;
beforeAll(async () => {
  world = await openBulkWorld();
  const { deps, scope } = world;
  await deps.sql`
    insert into contacts (tenant_id, id, email, status)
    select ${scope.tenantId}, ('01890a5d-ac96-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'c' || n || '@x.co', 'active'
    from generate_series(1, ${contacts}::int) n`;
  // As an import does on its way.
  await analyzeContactKeys(deps.sql);
  const { id } = await createList(deps, scope, { name: "Ends" });
  await deps.sql`
    insert into list_members (tenant_id, list_id, contact_id)
    select tenant_id, ${id}, id from (
      (select * from contacts order by id limit 2) union all (select * from contacts order by id desc limit 1500)
    ) ends`;
  const filter: SegmentFilter = { operator: "AND", rules: [{ field: "list", operator: "in", value: [id] }] };
  segmentId = (await createSegment(deps, scope, { name: "Ends", filter })).id;
});
afterAll(() => world?.close());

const exported = (limitMs?: number) =>
  exportContactsNdjson(world.deps, world.scope, { segmentId }, ({ email }) => ({ email }), limitMs);

test("an export finds those at both ends, whoever lies between", async () => {
  let text = "";
  for await (const piece of exported()) text += piece;
  const emails = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).email);
  expect(emails).toHaveLength(1502);
  expect(emails.slice(-3)).toEqual([`c${contacts - 1499}@x.co`, "c2@x.co", "c1@x.co"]);
});

test("an export whose contacts cannot be found in time ends with a refusal, never as if it were whole", async () => {
  const { deps } = world;
  let seen = "";
  await expect(
    deps.sql.begin(async (tx) => {
      await tx`lock table list_members in access exclusive mode`;
      for await (const piece of exported(50)) seen += piece;
    }),
  ).rejects.toThrow(/^segmentId: Finding these contacts takes longer than the 0.05 s/);
  expect(seen).toBe("");
});

test("a job over a segment ends with everybody in it changed, also where few are changed at a time", async () => {
  const { scope } = world;
  const job = await world.change(
    scope,
    { filter: { segmentId } },
    { action: "add_tags", tags: ["end"] },
    {
      batchSize: { rows: 200, bytes: 1e6 },
    },
  );
  expect(job).toMatchObject({ state: "completed", processed: 1502, total: 1502 });
  const removed = await world.change(
    scope,
    { filter: { segmentId, tags: ["end"], email: "c1@" } },
    { action: "remove_tags", tags: ["end"] },
    small,
  );
  expect(removed).toMatchObject({ state: "completed", processed: 1 });
  const [row] = await world.deps.sql`select count(*) as n from contacts where 'end' = any(tags)`;
  expect(row!.n).toBe(1501);
});
