import { gzipSync } from "node:zlib";
import { readContactId } from "@roster/domain/contacts/house-id.ts";
import { WebhookEvent } from "@roster/domain/webhooks/webhook-event.ts";
import { feedSettled } from "@roster/store/testing.ts";
import { addUpCoverage } from "@roster/usecases/contacts/coverage.ts";
import { renewErasedSearch } from "@roster/usecases/history/erased-search.ts";
import { runJob } from "@roster/usecases/jobs/job-run.ts";
import { fillSearchIndex } from "@roster/usecases/search/search-index.ts";
import { runWebhook, type WebhookPost } from "@roster/usecases/webhooks/webhook-run.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Json } from "./running-api.ts";
import { startApi } from "./running-api.ts";

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

const csv = { "Content-Type": "text/csv" };

/** A tenant of its own with calls in its name. */
async function tenant() {
  const { key, tenantId } = await api.newKey({ tenant: `t${crypto.randomUUID()}` });
  const call = (method: string, path: string, options: Json = {}) =>
    api.call(method, path, { key, ...options });
  const job = async (path: string, options: Json): Promise<string> => {
    const { body } = await call("POST", path, options);
    const jobId = body.data?.jobId ?? body.jobId ?? body.result.data.jobId;
    await api.work(jobId, tenantId);
    return jobId;
  };
  const erase = async (email: string) => {
    const { body } = await call("POST", "/v1/erasures", { json: { email } });
    await api.work(body.data.jobId, tenantId);
    return (await call("GET", `/v1/erasures/${body.data.id}`)).body.data;
  };
  return { call, job, erase, tenantId };
}

/** Where a text stands in the whole database, in any column that can hold it, as `table.column`; also in another case. */
async function placesOf(text: string): Promise<string[]> {
  const { sql } = api.deps;
  const columns = await sql<{ schema: string; tableName: string; columnName: string; type: string }[]>`
    select table_schema as schema, table_name, column_name, data_type as type
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_type = 'BASE TABLE' and table_schema in (current_schema(), 'graphile_worker')`;
  const found = await Promise.all(
    columns.map(async ({ schema, tableName, columnName, type }) => {
      const place = sql(columnName);
      const held = type === "bytea" ? sql`encode(${place}, 'escape')` : sql`${place}::text`;
      const [row] = await sql<{ holds: boolean }[]>`
        select exists (
          select from ${sql(schema)}.${sql(tableName)} where strpos(lower(${held}), ${text.toLowerCase()}) > 0
        ) as holds`;
      return row!.holds ? [`${tableName}.${columnName}`] : [];
    }),
  );
  return found.flat().sort();
}

type Call = Awaited<ReturnType<typeof tenant>>["call"];

/** What Postmark tells of somebody, of somebody with a mistyped address, and what nobody can read. */
async function tellOfBounces(call: Call, email: string) {
  const wish = {
    name: `Postmark of ${crypto.randomUUID()}`,
    provider: "postmark",
    settings: { basicAuth: false },
  };
  const { path } = (await call("POST", "/v1/event-sources", { json: wish })).body.data;
  const bounce = {
    RecordType: "Bounce",
    Type: "SoftBounce",
    TypeCode: 4096,
    BouncedAt: new Date().toISOString(),
  };
  for (const [at, Email] of [email, email, `x${email}`, `no address of ${email}`].entries()) {
    const record = { ...bounce, Email, ID: at, MessageID: `m-${at} ${email}`, Tag: "welcome" };
    const { status } = await api.call("POST", path, { key: null, json: record });
    expect(status).toBe(200);
  }
}

/** Tells an endpoint of everything, which does not take it. @returns what it was told */
async function tellEndpoint(call: Call, tenantId: string): Promise<string> {
  const wish = { url: "https://example.com/hook", events: [...WebhookEvent.options], includeImports: true };
  const { id: webhookId } = (await call("POST", "/v1/webhooks", { json: wish })).body.data;
  await call("POST", `/v1/webhooks/${webhookId}/replay`, { json: { from: "beginning" } });
  await feedSettled(api.deps.sql);
  let told = "";
  const refuse: WebhookPost = async ({ body }) => {
    told += body;
    return { status: 500, error: "It answered 500." };
  };
  await runWebhook(api.deps, { tenantId, webhookId }, refuse, new AbortController().signal);
  return told;
}

/** Puts a person's address wherever this server keeps one. */
async function seedEverywhere({ call, job, tenantId }: Awaited<ReturnType<typeof tenant>>, email: string) {
  const loud = email.toUpperCase();
  const { body } = await call("POST", "/v1/contacts", {
    json: { email, firstName: "Erin", metadata: { note: `write to ${email}` } },
    headers: { "Idempotency-Key": `create ${email}`.replaceAll(" ", "-") },
  });
  const { id } = body.data;
  // A file, with a row that fails, under a name and with a header that hold the address.
  await job(`/v1/contacts/imports?name=${encodeURIComponent(email)}.csv`, {
    body: `email,asked ${email},status\n${loud},x,active\nbad row of ${email},y,z\n`,
    headers: csv,
  });
  await job("/v1/contacts/imports?format=ndjson", {
    body: gzipSync(
      `{"email":"\\u0065${email.slice(1)}","age":5}\n{"email":"no","of":"\\u0065${email.slice(1)}"}\n`,
    ),
    headers: { "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip" },
  });
  const event = { type: "opened", email, campaignId: "c-1", campaignName: "Spring" };
  await call("POST", "/v1/events", {
    json: { events: [event, { ...event, type: "opened", at: "2001-01-01T00:00:00Z" }] },
    headers: { "Idempotency-Key": `events-${id}` },
  });
  const list = (await call("POST", "/v1/lists", { json: { name: `of ${id}` } })).body.data;
  await call("POST", `/v1/lists/${list.id}/contacts`, {
    json: { emails: [loud] },
    headers: { "Idempotency-Key": `members-${id}` },
  });
  // Somebody else's mailbox that is hers too, where the provider says so.
  const [name, domain] = email.split("@");
  await call("POST", "/v1/contacts", { json: { email: `${name}+twin@${domain}` } });
  await job("/v1/contacts/duplicates/run", {});
  const other = (await call("POST", "/v1/contacts", { json: { email: `of-${id}@merged.example` } })).body
    .data;
  const merged = await call("POST", "/v1/contacts/merges", {
    json: { keep: id, merge: [other.id] },
    headers: { "Idempotency-Key": `merge-${id}` },
  });
  expect(merged.status).toBe(201);
  await tellOfBounces(call, email);
  await job("/v1/contacts/health/run", { json: {} });
  const filter = { operator: "AND", rules: [{ field: "firstName", operator: "equals", value: "Erin" }] };
  const segment = (await call("POST", "/v1/segments", { json: { name: `of ${id}`, filter } })).body.data;
  const members = await call("GET", `/v1/segments/${segment.id}/members`);
  expect(members.body.data).toContainEqual(expect.objectContaining({ id }));
  const told = await tellEndpoint(call, tenantId);
  expect(told).toContain(JSON.stringify(email).slice(1, -1));
  await call("POST", "/trpc/imports.upload", {
    body: Buffer.from(`\ufeffemail;x\n${loud};y\n`, "utf16le"),
    headers: { "Content-Type": "application/octet-stream" },
  });
  // A list of ids that has the address too, of a job that was stopped.
  const listed = { ids: [id, email], change: { action: "add_tags", tags: ["x"] } };
  const { jobId } = (await call("POST", "/v1/contacts/bulk", { json: listed })).body.data;
  await call("POST", `/v1/jobs/${jobId}/cancel`);
  await job("/v1/contacts/bulk", {
    json: { filter: { email }, change: { action: "unsubscribe" }, name: `about ${email}` },
  });
  await call("POST", "/v1/suppressions", { json: { email, status: "bounced" } });
  await call("POST", "/v1/contacts/import", {
    json: { contacts: [{ email: loud, tags: 5 }] },
    headers: { "Idempotency-Key": `list-${id}` },
  });
  await fillSearchIndex(api.deps, tenantId, undefined, { backlog: 0, segment: 1000 });
  return { id: id as string };
}

/** Where a contact's id stands, beside whatever else. */
const placesOfId = [
  "campaign_sends.contact_id",
  "contact_before.contact_id",
  "contacts.id",
  "duplicate_keys.contact_id",
  "engagement.contact_id",
  "events.contact_id",
  "health_findings.contact_id",
  "list_members.contact_id",
  "status_changes.contact_id",
];

it.each([
  ["erin.o_b%x+1@forgotten.example", []],
  // Where the mailbox that addresses share is the address.
  ["erin.o_b%x@fastmail.com", ["duplicate_keys.key"]],
])(
  "after an erasure the address is nowhere in the database, in no column of any table: %s",
  async (email, more) => {
    const world = await tenant();
    const { id } = await seedEverywhere(world, email);
    expect(await placesOf(email)).toEqual(
      expect.arrayContaining([
        "contact_before.before",
        "contacts.attributes",
        "contacts.email",
        "idempotency_keys.body",
        "idempotency_keys.key",
        "job_contacts.given",
        "job_failures.cells",
        "job_failures.email",
        "job_failures.value",
        "jobs.options",
        "jobs.shape",
        "upload_chunks.bytes",
        ...more,
      ]),
    );
    expect(await placesOf(email.slice(1))).toContain("job_failures.raw");
    const uuid = readContactId(id)!;
    const ofId =
      more.length === 0 ? placesOfId.filter((place) => !place.startsWith("duplicate")) : placesOfId;
    expect(await placesOf(uuid)).toEqual(expect.arrayContaining(ofId));
    const { body } = await world.call("DELETE", `/v1/contacts/${id}?erase=true`);
    expect(body.data).toMatchObject({ done: false, removed: { contacts: 1, uploads: 0 } });
    await api.work(body.data.jobId, world.tenantId);
    // As the worker does every few seconds: the address was part of an attribute's name.
    await addUpCoverage(api.deps);

    expect(await placesOf(email)).toEqual([]);
    // Without the letter that JSON had escaped.
    expect(await placesOf(email.slice(1))).toEqual([]);
    // Of the id alone: that the contact is gone, and a stopped job's list for as long as the job can be retried.
    expect(await placesOf(uuid)).toEqual(["contact_tombstones.contact_id", "job_contacts.contact_id"]);
    const erasure = (await world.call("GET", `/v1/erasures/${body.data.id}`)).body.data;
    expect(erasure).toMatchObject({ done: true, finishedAt: expect.any(String) });
    const { uploads, failedRows, answers, jobs } = erasure.removed;
    expect([uploads, failedRows > 0, answers > 0, jobs > 0]).toEqual([3, true, true, true]);
    const checked = await world.call("POST", "/v1/suppressions/check", { json: { emails: [email] } });
    expect(checked.body.data.suppressed).toMatchObject([
      { email, status: "bounced", entry: { reason: "erased" } },
    ]);
  },
);

it("nothing of others is touched: their files, rows, answers and jobs stay as they are", async () => {
  const world = await tenant();
  const theirs = await tenant();
  await seedEverywhere(theirs, "ann@forgotten.example");
  for (const near of ["joann@x.io", "ann@x.io.example", "ann+1@x.io"]) await seedEverywhere(world, near);
  const before = await rowsOf([world.tenantId, theirs.tenantId]);
  const { removed } = await world.erase("ann@x.io");
  expect(Object.values(removed).every((n) => n === 0)).toBe(true);
  const after = await rowsOf([world.tenantId, theirs.tenantId]);
  expect(after).toEqual({ ...before, jobs: expect.any(String), suppressions: expect.any(String) });
});

async function rowsOf(tenants: string[]): Promise<Record<string, string>> {
  const { sql } = api.deps;
  const tables = [
    "contacts",
    "uploads",
    "upload_chunks",
    "job_failures",
    "idempotency_keys",
    "contact_before",
  ];
  const sums = [...tables, "job_contacts", "suppressions", "jobs"].map(async (table) => {
    const [row] = await sql<{ sum: string }[]>`
      select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum
      from ${sql(table)} t where tenant_id = any(${tenants}::uuid[])`;
    return [table, row!.sum] as const;
  });
  return Object.fromEntries(await Promise.all(sums));
}

it("an address without a contact is erased too, and comes back as one that is not to be mailed", async () => {
  const { call, job, erase } = await tenant();
  await job("/v1/contacts/imports?stopAfterFailures=1", {
    body: "email,age\nbad,gus@forgotten.example\n",
    headers: csv,
  });
  const { removed } = await erase("Gus@Forgotten.example");
  expect(removed).toMatchObject({ contacts: 0, uploads: 1, failedRows: 1 });
  expect(await placesOf("gus@forgotten.example")).toEqual([]);
  const { body } = await call("POST", "/v1/contacts", { json: { email: "gus@forgotten.example" } });
  expect(body.data.status).toBe("unsubscribed");
});

it("what a merge keeps of an address that was merged away goes; its undo brings back the others", async () => {
  const { call, erase } = await tenant();
  const [ann, gil, hal] = await Promise.all(
    ["ann@x.io", "gil@forgotten.example", "hal@x.io"].map(async (email) => {
      return (await call("POST", "/v1/contacts", { json: { email } })).body.data.id;
    }),
  );
  const { body } = await call("POST", "/v1/contacts/merges", { json: { keep: ann, merge: [gil, hal] } });
  expect(await placesOf("gil@forgotten.example")).toEqual(["merged_contacts.image"]);
  const held = (await call("GET", `/v1/contacts/${ann}/data`)).body.data.records;
  expect(JSON.stringify(held.mergedContacts)).toContain("gil@forgotten.example");
  const { removed } = await erase("gil@forgotten.example");
  expect(removed).toMatchObject({ contacts: 0, mergeImages: 1 });
  expect(await placesOf("gil@forgotten.example")).toEqual([]);
  const undone = await call("POST", `/v1/contacts/merges/${body.data.merge.id}/undo`);
  expect(undone.body.data.returned).toMatchObject([{ id: hal }]);
});

it("a file that a job still reads goes when the job has ended, with the contact that it brought back", async () => {
  const { call, tenantId } = await tenant();
  await call("POST", "/v1/contacts", { json: { email: "hal@forgotten.example" } });
  const started = await call("POST", "/v1/contacts/imports", {
    body: "email,age\nhal@forgotten.example,5\nhal@forgotten.example x,6\n",
    headers: csv,
  });
  const { body } = await call("POST", "/v1/erasures", { json: { email: "hal@forgotten.example" } });
  await runJob(api.deps, { tenantId, jobId: body.data.jobId }, new AbortController().signal);
  const told = async () => (await call("GET", `/v1/erasures/${body.data.id}`)).body.data;
  expect(await told()).toMatchObject({ done: false, removed: { contacts: 1, uploads: 0 } });
  await api.work(started.body.data.jobId, tenantId);
  expect(await placesOf("hal@forgotten.example")).toContain("contacts.email");
  await api.work(body.data.jobId, tenantId);
  expect(await told()).toMatchObject({ done: true, removed: { contacts: 2, uploads: 1, failedRows: 1 } });
  expect(await placesOf("hal@forgotten.example")).toEqual([]);
});

it("the search index is made anew without who was erased, and then has as many contacts as there are", async () => {
  const { call, erase, tenantId } = await tenant();
  for (const name of ["mia", "nat"]) {
    await call("POST", "/v1/contacts", { json: { email: `${name}@forgotten.example` } });
  }
  const indexes = () => api.deps.sql`
    select generation, live, contacts from search_indexes where tenant_id = ${tenantId} order by generation`;
  // Again and again: a transaction of whatever other test holds the feed back.
  const filled = () =>
    expect.poll(async () => {
      await fillSearchIndex(api.deps, tenantId, undefined, { backlog: 0, segment: 1000 });
      return indexes();
    });
  await filled().toMatchObject([{ generation: 1, contacts: 2 }]);
  await erase("mia@forgotten.example");
  await renewErasedSearch(api.deps);
  await filled().toMatchObject([{ generation: 2, live: true, contacts: 1 }]);
  await renewErasedSearch(api.deps);
  expect(await indexes()).toHaveLength(1);
});

it("many are erased by one job, a file that cannot be read goes, and an erasure cannot be cancelled", async () => {
  const { call, tenantId } = await tenant();
  await call("POST", "/trpc/imports.upload", {
    body: Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0xff]),
    headers: { "Content-Type": "application/octet-stream" },
  });
  const made = [];
  for (const name of ["ida", "jon", "kim"]) {
    const json = { email: `${name}@forgotten.example` };
    made.push((await call("POST", "/v1/erasures", { json })).body.data);
  }
  expect(new Set(made.map(({ jobId }) => jobId)).size).toBe(1);
  const cancelled = await call("POST", `/v1/jobs/${made[0].jobId}/cancel`);
  expect([cancelled.status, cancelled.body.code]).toEqual([409, "job_not_cancellable"]);
  await api.work(made[0].jobId, tenantId);
  const list = (await call("GET", "/v1/erasures?limit=2")).body;
  expect(list).toMatchObject({
    data: [{ id: made[2].id, done: true, removed: { uploads: 1 } }, {}],
    hasMore: true,
  });
  const rest = (await call("GET", `/v1/erasures?limit=2&cursor=${list.cursor}`)).body;
  expect(rest).toMatchObject({ data: [{ id: made[0].id }], hasMore: false });
});

it("once for its Idempotency-Key; bad input and another tenant's erasures are refused", async () => {
  const { call } = await tenant();
  const send = () =>
    call("POST", "/v1/erasures", {
      json: { email: "lou@forgotten.example" },
      headers: { "Idempotency-Key": "k" },
    });
  const first = await send();
  expect((await send()).text).toBe(first.text);
  for (const json of [{}, { email: 5 }, { email: "no" }, { email: "a@x.io", id: "x" }]) {
    expect((await call("POST", "/v1/erasures", { json })).status).toBe(400);
  }
  const other = await tenant();
  for (const id of [first.body.data.id, "nonsense"]) {
    expect((await other.call("GET", `/v1/erasures/${id}`)).status).toBe(404);
  }
  expect((await other.call("GET", "/v1/erasures")).body.data).toEqual([]);
});
