import { encodeCursor } from "@roster/domain/page.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
const count = 120;
beforeAll(async () => {
  api = await startHouse();
  tenantId = await api.freshTenant();
  const lines = Array.from({ length: count }, (_, i) => {
    const status = i % 10 === 0 ? "bounced" : i % 4 === 0 ? "unsubscribed" : "active";
    // Emails in another order than the contacts.
    return `c${(i * 7) % count}@example.com,Person ${i},${status},${i < 3 ? "vip;customer" : i < 5 ? "lead" : ""}`;
  });
  const { body } = await api.house("POST", "/v1/contacts/imports", {
    body: `email,name,status,tags\n${lines.join("\n")}\n`,
    headers: { "Content-Type": "text/csv" },
  });
  await api.work(body.data.jobId, tenantId);
});
afterAll(() => api?.close());

const list = (query = "") => api.house("GET", `/v1/contacts${query}`);
const numbers = (body: Json): number[] => body.data.map(({ name }: Json) => Number(name.split(" ")[1]));
const emails = (body: Json): string[] => body.data.map(({ email }: Json) => email);
const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => from - i);

/** Waits for every transaction that runs now, behind which the feed waits. */
async function settled(): Promise<void> {
  const [now] = await api.deps.sql`select pg_current_xact_id()::text as xid`;
  for (;;) {
    const [row] = await api.deps.sql`
      select pg_snapshot_xmin(pg_current_snapshot()) > ${now!.xid}::text::xid8 as over`;
    if (row!.over) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("200", () => {
  it("the newest 50 with the total, and the way to the others by page and by cursor", async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(numbers(body)).toEqual(range(119, 70));
    expect(body.pagination).toEqual({ page: 1, limit: 50, total: count, totalPages: 3 });
    expect(body.hasMore).toBe(true);
    expect(numbers((await list("?page=2")).body)).toEqual(range(69, 20));
    const last = (await list("?page=3")).body;
    expect([numbers(last), last.cursor, last.hasMore]).toEqual([range(19, 0), null, false]);
    const next = (await list(`?cursor=${body.cursor}&limit=60`)).body;
    expect(numbers(next)).toEqual(range(69, 10));
    expect(next.pagination).toEqual({ page: null, limit: 60, total: null, totalPages: null });
    expect((await list("?page=4")).body.data).toEqual([]);
    expect((await list("?page=99999999999")).body.data).toEqual([]);
  });

  it("under /mail pages carry the older names too", async () => {
    const { body } = await api.house("GET", "/mail/v1/contacts?limit=7&status=subscribed");
    expect(body.contacts).toEqual(body.data);
    expect(body.pagination).toEqual({ page: 1, limit: 7, total: 84, totalPages: 12, total_pages: 12 });
    expect((await list("?limit=7")).body.contacts).toBeUndefined();
  });

  it("a limit above the maximum is clamped", async () => {
    const { body } = await list("?limit=1000000000");
    expect([body.pagination.limit, body.data.length]).toEqual([1000, count]);
  });

  it("filters by status, search in email and name, and tag, alone and together", async () => {
    const found = async (query: string) => (await list(`?${query}&limit=1000`)).body;
    expect((await found("status=bounced")).pagination.total).toBe(12);
    expect(numbers(await found("search=PERSON%2011"))).toEqual([...range(119, 110), 11]);
    expect(emails(await found("search=c77%40"))).toEqual(["c77@example.com"]);
    expect(numbers(await found("search=c5")).length).toBe(11);
    expect((await found("search=")).pagination.total).toBe(count);
    expect(numbers(await found("tag=vip"))).toEqual([2, 1, 0]);
    expect(numbers(await found("tag=lead&tag=customer"))).toEqual([4, 3, 2, 1, 0]);
    expect(numbers(await found("tag=vip&status=bounced&search=person"))).toEqual([0]);
    expect((await found("tag=nobody")).pagination).toMatchObject({ total: 0, totalPages: 0 });
  });

  it.each(["-createdAt", "createdAt", "email", "-email"])(
    "the order %s holds by page and by cursor",
    async (sort) => {
      const all = (await list(`?limit=1000&sort=${sort}`)).body;
      const key = (contact: Json) => (sort.endsWith("email") ? contact.email : contact.id);
      const keys = all.data.map(key);
      const sorted = keys.toSorted();
      expect(keys).toEqual(sort.startsWith("-") ? sorted.reverse() : sorted);
      const byPage: string[] = [];
      for (let page = 1; page <= 4; page++) {
        byPage.push(...(await list(`?limit=31&sort=${sort}&page=${page}`)).body.data.map(key));
      }
      expect(byPage).toEqual(keys);
      const byCursor: string[] = [];
      let query = "";
      for (;;) {
        const { body } = await list(`?limit=50&sort=${sort}${query}`);
        byCursor.push(...body.data.map(key));
        if (!body.hasMore) break;
        query = `&cursor=${body.cursor}`;
      }
      expect(byCursor).toEqual(keys);
    },
  );

  it("updatedSince lists the changes in their order, and its cursor misses none", async () => {
    await api.deps
      .sql`update contacts set updated_at = now() - interval '2 days' where tenant_id = ${tenantId}`;
    const since = new Date(Date.now() - 86_400_000).toISOString();
    const change = async (n: number, json: object) => {
      const { id } = (await list(`?search=person%20${n}`)).body.data.at(-1);
      await api.house("PATCH", `/v1/contacts/${id}`, { json });
    };
    for (const n of [7, 3, 5]) await change(n, { locale: "de" });
    await settled();
    const first = (await list(`?updatedSince=${since}&limit=2`)).body;
    expect(numbers(first)).toEqual([7, 3]);
    expect([first.hasMore, first.pagination.total]).toEqual([true, 3]);
    const second = (await list(`?cursor=${first.cursor}`)).body;
    expect([numbers(second), second.hasMore]).toEqual([[5], false]);
    const third = (await list(`?cursor=${second.cursor}`)).body;
    expect(numbers(third)).toEqual([]);
    await change(9, { locale: "fr" });
    await settled();
    expect(numbers((await list(`?cursor=${third.cursor}`)).body)).toEqual([9]);
    expect(numbers((await list(`?updatedSince=${since}&tag=lead`)).body)).toEqual([3]);
    expect((await list(`?updatedSince=${since.slice(0, 10)}`)).body.pagination.total).toBe(4);
  });
});

describe("400", () => {
  it.each([
    "limit=0",
    "limit=-5",
    "limit=abc",
    "limit=1.5",
    "page=0",
    "page=x",
    "page=2&cursor=x",
    "status=gone",
    "status=active&status=bounced",
    "search=%00",
    `search=${"x".repeat(300)}`,
    "tag=",
    "tag=a&tag=%00",
    "sort=tier",
    "updatedSince=yesterday",
    "segmentId=1",
    "listId=1",
    "tier=hero",
    "minScore=101",
  ])("%s is named", async (query) => {
    const { status, body } = await list(`?${query}`);
    const field = query.split("=")[0]!;
    expect([status, body.code]).toEqual([400, "invalid"]);
    expect(Object.keys(body.details.fieldErrors).map((name) => name.split(".")[0])).toEqual([field]);
  });

  it("a cursor that was tampered with, of another order, of another list, or beside another order", async () => {
    const { cursor } = (await list("?limit=5")).body;
    const since = (await list("?updatedSince=2026-01-01")).body.cursor;
    const bad = [
      `cursor=${cursor.slice(0, -1)}`,
      "cursor=%00",
      `cursor=${cursor}&sort=email`,
      `cursor=${encodeCursor(["email", "a\0"])}&sort=email`,
      `cursor=${encodeCursor(["-createdAt", "x"])}`,
      `cursor=${encodeCursor(["-createdAt", 5])}`,
      `cursor=${cursor}&updatedSince=2026-01-01`,
    ];
    for (const query of bad) {
      const { status, body } = await list(`?${query}`);
      expect([query, status, Object.keys(body.details.fieldErrors)]).toEqual([query, 400, ["cursor"]]);
    }
    for (const query of [`cursor=${since}&sort=email`, "updatedSince=2026-01-01&sort=email"]) {
      const { status, body } = await list(`?${query}`);
      expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, ["sort"]]);
    }
  });
});
