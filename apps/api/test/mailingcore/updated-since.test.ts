import { encodeCursor } from "@roster/domain/page.ts";
import { feedSettled } from "@roster/store/testing.ts";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Json, type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
let key: string;
let tenantId: string;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

let tenants = 0;
beforeEach(async () => {
  ({ key, tenantId } = await api.newKey({
    tenant: `t${++tenants}`,
    prefix: "mc_live",
    scopes: ["contacts"],
  }));
});

const list = async (query: string) => {
  const reply = await api.call("GET", `/contacts?${query}`, { key });
  expect([reply.status, reply.body.message]).toEqual([200, undefined]);
  return reply.body;
};
const put = async (json: object) => (await api.call("PUT", "/contacts", { key, json })).body;
const emails = (body: Json): string[] => body.data.map(({ email }: Json) => email.split("@")[0]);
const age = (email: string, interval: string) =>
  api.deps.sql`update contacts set updated_at = now() - ${interval}::interval
    where tenant_id = ${tenantId} and email = ${`${email}@x.io`}`;

const settled = () => feedSettled(api.deps.sql);

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

it("shows what was changed at or after a time, the oldest change first, with the total", async () => {
  for (const name of ["a", "b", "c", "d"])
    await put({ email: `${name}@x.io`, locale: "en", optIn: name !== "c" });
  await age("a", "3 days");
  await age("b", "1 day");
  await put({ email: "a@x.io", optIn: true });
  expect(emails(await list(`updatedSince=${daysAgo(2)}`))).toEqual(["b", "c", "d"]);
  await put({ email: "a@x.io", locale: "fr" });
  const page = await list(`updatedSince=${daysAgo(0.5)}`);
  expect(emails(page)).toEqual(["c", "d", "a"]);
  expect(page.meta).toEqual({ page: 1, limit: 50, total: 3, totalPages: 1 });
  expect(emails(await list(`updatedSince=${daysAgo(0.5)}&locale=en&optIn=true`))).toEqual(["d"]);
  expect(emails(await list(`updatedSince=${daysAgo(2)}&page=2&limit=3`))).toEqual(["a"]);
  const at = page.data[1].updatedAt;
  expect(emails(await list(`updatedSince=${at}`))).toContain("d");
  expect(emails(await list(`updatedSince=${at.replace("Z", "%2B00:00")}`))).toContain("d");
  expect(emails(await list("updatedSince=2999-01-01"))).toEqual([]);
});

it("walks on by the cursor, with or without the time, and the last cursor waits for the next change", async () => {
  for (let n = 0; n < 7; n++) await put({ email: `w${n}@x.io` });
  await settled();
  const seen: string[] = [];
  let page = await list("updatedSince=2020-01-01&limit=3");
  for (let turn = 0; page.data.length > 0; turn++) {
    seen.push(...emails(page));
    page = await list(`limit=3&cursor=${page.cursor}${turn % 2 ? "&updatedSince=2020-01-01" : ""}`);
    expect(page.meta.total).toBeNull();
  }
  expect(seen).toEqual(["w0", "w1", "w2", "w3", "w4", "w5", "w6"]);
  await put({ email: "w2@x.io", locale: "en" });
  await put({ email: "w7@x.io" });
  await settled();
  const next = await list(`cursor=${page.cursor}`);
  expect(emails(next)).toEqual(["w2", "w7"]);
  expect(emails(await list(`cursor=${next.cursor}`))).toEqual([]);
  expect(emails(await list(`cursor=${page.cursor}&limit=1`))).toEqual(["w2"]);
});

it("shows at once all that is committed, and later by the cursor also what a long transaction had begun before", async () => {
  await put({ email: "early@x.io" });
  await put({ email: "slow@x.io" });
  await settled();
  let cursors: Record<string, string> = {};
  await api.deps.sql.begin(async (tx) => {
    await tx`update contacts set locale = 'xx', feed_xid = pg_current_xact_id(), updated_at = now()
      where tenant_id = ${tenantId} and email = 'slow@x.io'`;
    // A change that is committed while the transaction runs, and whose time lies behind that one's.
    const quick = await put({ email: "quick@x.io" });
    const now = await list(`updatedSince=${daysAgo(1)}`);
    expect(emails(now)).toEqual(["early", "slow", "quick"]);
    const waiting = await list(`cursor=${now.cursor}`);
    expect(emails(waiting)).toEqual([]);
    const meanwhile = await list(`updatedSince=${quick.updatedAt}`);
    cursors = { walked: now.cursor, waited: waiting.cursor, since: meanwhile.cursor };
    expect(emails(meanwhile)).toEqual(["quick"]);
  });
  await settled();
  for (const cursor of Object.values(cursors)) {
    expect(emails(await list(`cursor=${cursor}`))).toEqual(["slow", "quick"]);
  }
});

it("whoever applies the pages while others write ends with the same contacts", async () => {
  const copy = new Map<string, string>();
  let cursor: string | null = null;
  const pull = async () => {
    for (;;) {
      const page: Json = await list(
        cursor === null ? "updatedSince=2020-01-01&limit=4" : `limit=4&cursor=${cursor}`,
      );
      cursor = page.cursor;
      if (page.data.length === 0) return;
      for (const { id, locale } of page.data) copy.set(id, locale);
    }
  };
  const write = async (writer: number) => {
    for (let n = 0; n < 12; n++) await put({ email: `p${(n * writer) % 9}@x.io`, locale: `${writer}-${n}` });
  };
  // One that holds its change back for as long as the others write.
  const long = api.deps.sql.begin(async (tx) => {
    await tx`insert into contacts (tenant_id, id, email, status, locale)
      values (${tenantId}, gen_random_uuid(), 'long@x.io', 'active', 'long')`;
    await Promise.all([write(1), write(2), write(4), pull()]);
    await pull();
  });
  await long;
  await settled();
  await pull();
  const stored = await api.deps.sql<{ id: string; locale: string }[]>`
    select id, locale from contacts where tenant_id = ${tenantId}`;
  expect(stored).toHaveLength(10);
  expect(Object.fromEntries(copy)).toEqual(Object.fromEntries(stored.map(({ id, locale }) => [id, locale])));
});

it("finds the place to begin at also far from the beginning, and misses nothing on the way", async () => {
  await api.deps.sql`
    insert into contacts (tenant_id, id, email, status, updated_at, feed_xid)
    select ${tenantId}, gen_random_uuid(), n || '@x.io', 'active', now() - (6000 - n) * interval '1 minute', (1 + n)::text::xid8
    from generate_series(1, 6000) n`;
  for (const minutes of [1, 500, 1500, 5000, 7000]) {
    const since = new Date(Date.now() - minutes * 60_000).toISOString();
    const [row] = await api.deps.sql<{ n: number }[]>`
      select count(*) as n from contacts where tenant_id = ${tenantId} and updated_at >= ${since}`;
    const page = await list(`updatedSince=${since}&limit=1`);
    expect([minutes, page.meta.total]).toEqual([minutes, row!.n]);
    expect(emails(page)).toEqual([String(6001 - row!.n)]);
  }
});

it("400: a cursor that was made up, in every part of it, and one of the other list where it does not fit", async () => {
  const at = [1, "5", null];
  for (const fields of [
    ["since", "2020-01-01T00:00:00Z", at],
    ["since", "never", at, at],
    ["after", [1, "-5", null]],
    ["after", [1, "99999999999999999999", null]],
    ["after", [2 ** 31, "5", null]],
    ["after", [1, "5", "no-uuid"]],
    ["before", at],
  ]) {
    const reply = await api.call("GET", `/contacts?cursor=${encodeCursor(fields)}`, { key });
    expect([fields, reply.status, reply.body.message]).toEqual([
      fields,
      400,
      expect.stringContaining("cursor: "),
    ]);
  }
  const plain = encodeCursor(["0190a000-0000-7000-8000-000000000000"]);
  expect((await api.call("GET", `/contacts?updatedSince=2020-01-01&cursor=${plain}`, { key })).status).toBe(
    400,
  );
  for (const fields of [
    ["since", "0000-01-01T00:00:00Z", at, at],
    ["after", [0, "9999999999999999999", null]],
  ]) {
    expect((await api.call("GET", `/contacts?cursor=${encodeCursor(fields)}`, { key })).status).toBe(200);
  }
});
