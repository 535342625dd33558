import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type HouseApi, startHouse } from "./house-api.ts";

/** With their notes far more than what is on its way between two ends that do not read. */
const contacts = 20_000;

let api: HouseApi;
let key: string;
let segmentId: string;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  const made = await api.newKey({ tenant: "cut", scopes: ["contacts"] });
  key = made.key;
  await api.deps.sql`
    insert into contacts (tenant_id, id, email, status, attributes)
    select ${made.tenantId}, gen_random_uuid(), 'c' || n || '@x.io', 'active', jsonb_build_object('note', repeat('x', 2000))
    from generate_series(1, ${contacts}::int) n`;
  const filter = { operator: "AND", rules: [{ field: "status", operator: "equals", value: "active" }] };
  const json = { name: "All", filter };
  segmentId = (await api.call("POST", "/v1/segments", { key, json })).body.data.id;
});

it.each(["csv", "ndjson"])(
  "an export as %s that cannot be finished breaks off for its reader, and does not just end",
  async (format) => {
    const headers = { authorization: `Bearer ${key}` };
    const url = `${api.url}/v1/contacts/export?segmentId=${segmentId}&format=${format}`;
    const answer = await fetch(url, { headers });
    expect(answer.status).toBe(200);
    const reader = answer.body!.getReader();
    await reader.read();
    await api.deps.sql`alter table contacts rename to hidden_contacts`;
    try {
      const rest = async () => {
        for (;;) if ((await reader.read()).done) return;
      };
      await expect(rest()).rejects.toThrow("terminated");
    } finally {
      await api.deps.sql`alter table hidden_contacts rename to contacts`;
      await api.deps.sql`truncate contacts, segments, segment_uses`;
    }
  },
);
