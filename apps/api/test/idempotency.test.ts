import { removeOldAnswers } from "@roster/usecases/housekeeping.ts";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Reply, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterEach(async () => {
  await api.deps.sql`truncate idempotency_keys, contacts, contact_counts, jobs, uploads, upload_chunks`;
});
afterAll(() => api.close());

function create(key: string, json: object, options: { key?: string } = {}): Promise<Reply> {
  return api.call("POST", "/contacts", { ...options, json, headers: { "Idempotency-Key": key } });
}

const replayed = (reply: Reply) => reply.headers.get("idempotent-replayed");
const ann = { email: "ann@example.com", data: { firstName: "Ann" } };

async function contacts(): Promise<number> {
  return (await api.deps.sql`select from contacts`).length;
}

/** Makes everybody wait who is about to keep an answer, until the function that it gives is called. */
async function holdAnswers(): Promise<() => Promise<void>> {
  const release = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const transaction = api.deps.sql.begin(async (tx) => {
    await tx`lock table idempotency_keys in exclusive mode`;
    held.resolve();
    await release.promise;
  });
  await held.promise;
  return async () => {
    release.resolve();
    await transaction;
  };
}

/** Resolves when a request has had its effect and waits to keep its answer. */
async function oneWaits(): Promise<void> {
  const waiting = () =>
    api.deps.sql`select from pg_locks where not granted and relation = 'idempotency_keys'::regclass`;
  await expect.poll(() => waiting().then((rows) => rows.length)).toBe(1);
}

it("a repeated request gets the first answer, byte for byte, and changes nothing", async () => {
  const first = await create("k", ann);
  await api.call("POST", "/contacts", { json: { email: ann.email, data: { firstName: "Anna" } } });
  const second = await create("k", ann);
  expect([first.status, replayed(first)]).toEqual([201, null]);
  expect([second.status, replayed(second), second.text]).toEqual([201, "true", first.text]);
  expect(second.headers.get("content-type")).toBe(first.headers.get("content-type"));
  const [stored] = await api.deps.sql`select first_name, version from contacts`;
  expect(stored).toEqual({ firstName: "Anna", version: 2 });
});

it("without the header nothing is kept, and every request counts", async () => {
  expect((await api.call("POST", "/contacts", { json: ann })).status).toBe(201);
  expect((await api.call("POST", "/contacts", { json: ann })).status).toBe(200);
  expect(await api.deps.sql`select from idempotency_keys`).toHaveLength(0);
});

it("the same key for another body, query or route is 409 in the dialect's own words, and does nothing", async () => {
  await create("k", ann);
  const headers = { "Idempotency-Key": "k" };
  const others = [
    await create("k", { email: "bo@example.com" }),
    await api.call("POST", "/contacts?source=form", { json: ann, headers }),
    await api.call("POST", "/v1/contacts/imports", { body: "email\na@b.example\n", headers: csv("k") }),
  ];
  expect(others.map(({ status, body }) => [status, body.error?.code ?? body.code])).toEqual([
    [409, "IDEMPOTENCY_KEY_REUSED"],
    [409, "IDEMPOTENCY_KEY_REUSED"],
    [409, "idempotency_key_reused"],
  ]);
  expect(await contacts()).toBe(1);
  expect(await api.deps.sql`select from jobs`).toHaveLength(0);
});

it("tenants do not share keys", async () => {
  const { key } = await api.newKey({ tenant: "neighbour" });
  const here = await create("k", ann);
  const there = await create("k", ann, { key });
  expect([here.status, there.status, replayed(there)]).toEqual([201, 201, null]);
  expect(there.body.id).not.toBe(here.body.id);
});

it("an answer is replayed to another API key with the same rights, and to none with others", async () => {
  const first = await create("k", ann);
  const equal = await api.newKey();
  const reader = await api.newKey({ scopes: ["contacts:read"] });
  expect((await create("k", ann, equal)).text).toBe(first.text);
  const refused = await create("k", ann, reader);
  expect([refused.status, refused.text.includes(first.body.id)]).toEqual([409, false]);
});

it.each(["two words", "k".repeat(256), ""])("a key that is none is refused by name: “%s”", async (key) => {
  const plunk = await create(key, ann);
  expect([plunk.status, plunk.body.error.errors[0].field]).toEqual([422, "Idempotency-Key"]);
  const house = await api.call("POST", "/v1/contacts/imports", { body: "email\n", headers: csv(key) });
  expect([house.status, Object.keys(house.body.details.fieldErrors)]).toEqual([400, ["Idempotency-Key"]]);
  expect([await contacts(), await api.deps.sql`select from uploads`]).toEqual([0, []]);
});

it("a refusal is not kept: the mended request may use the same key", async () => {
  expect((await create("k", { email: "nobody" })).status).toBe(400);
  await api.call("POST", "/contacts", { json: { ...ann, subscribed: false } });
  await api.deps.sql`update contacts set status = 'bounced'`;
  expect((await create("k", { ...ann, subscribed: true })).status).toBe(409);
  expect((await create("k", ann)).status).toBe(200);
});

it("a 500 is not kept, nor is anything of what its request did", async () => {
  await api.deps.sql`alter table contact_counts rename to counts_elsewhere`;
  try {
    expect((await create("k", ann)).status).toBe(500);
    expect(await contacts()).toBe(0);
  } finally {
    await api.deps.sql`alter table counts_elsewhere rename to contact_counts`;
  }
  const second = await create("k", ann);
  expect([second.status, replayed(second)]).toEqual([201, null]);
});

it("of twins at the same time one acts, and all get its answer", async () => {
  const twins = await Promise.all(Array.from({ length: 20 }, () => create("k", ann)));
  expect(twins.map(({ status }) => status)).toEqual(twins.map(() => 201));
  expect(new Set(twins.map(({ text }) => text)).size).toBe(1);
  expect(twins.filter((twin) => replayed(twin) === null)).toHaveLength(1);
});

it("a twin waits for the one that runs, and holds no connection of the database meanwhile", async () => {
  const release = await holdAnswers();
  const first = create("k", ann);
  await oneWaits();
  const twins = Array.from({ length: 20 }, () => create("k", ann));
  expect((await api.call("GET", "/contacts")).status).toBe(200);
  await release();
  const { text } = await first;
  for (const twin of await Promise.all(twins)) expect([twin.text, replayed(twin)]).toEqual([text, "true"]);
});

it("a twin of a request that runs on and on is 409 with Retry-After; the key goes on to its answer", async () => {
  const release = await holdAnswers();
  const first = create("k", ann);
  await oneWaits();
  const [plunk, house] = await Promise.all([
    create("k", ann),
    api.call("POST", "/v1/contacts/imports", { body: "email\na@b.example\n", headers: csv("k") }),
  ]);
  expect([plunk.status, plunk.headers.get("retry-after"), plunk.body.error.code]).toEqual([
    409,
    "1",
    "IDEMPOTENCY_IN_PROGRESS",
  ]);
  expect([house.status, house.headers.get("retry-after"), house.body.code]).toEqual([
    409,
    "1",
    "idempotency_in_progress",
  ]);
  await release();
  expect((await create("k", ann)).text).toBe((await first).text);
});

it("requests under different keys that meet on one contact lose nothing to each other", async () => {
  const replies = await Promise.all(
    Array.from({ length: 24 }, (_, n) => create(`k${n}`, { ...ann, data: { [`field${n}`]: n } })),
  );
  expect(replies.map(({ status }) => status).sort()).toEqual([...Array(23).fill(200), 201]);
  const [contact] = await api.deps.sql`select attributes from contacts`;
  expect(Object.keys(contact!.attributes)).toHaveLength(24);
});

it("after 24 h a key is free, and the sweep takes those answers alone", async () => {
  const { sql } = api.deps;
  await create("old", ann);
  await create("aged", ann);
  await create("young", ann);
  await sql`update idempotency_keys set created_at = now() - interval '24 hours 1 second' where key <> 'young'`;
  await sql`update idempotency_keys set created_at = now() - interval '23 hours 59 minutes' where key = 'young'`;
  const again = await create("old", { email: "bo@example.com" });
  expect([again.status, replayed(again)]).toEqual([201, null]);
  expect(replayed(await create("old", { email: "bo@example.com" }))).toBe("true");
  expect(await removeOldAnswers(api.deps)).toBe(1);
  expect(await sql`select key from idempotency_keys order by key`).toEqual([
    { key: "old" },
    { key: "young" },
  ]);
  expect(replayed(await create("young", ann))).toBe("true");
});

function csv(key: string) {
  return { "Content-Type": "text/csv", "Idempotency-Key": key };
}

/** An upload that crosses the border of a chunk. */
const file = `email\n${Array.from({ length: 20_000 }, (_, n) => `someone${n}@example.com\n`).join("")}`;

function form(text: string, name: string): FormData {
  const body = new FormData();
  body.set("file", new File([text], name, { type: "text/csv" }));
  return body;
}

it.each([
  ["/v1/contacts/imports", (text: string) => ({ body: text, headers: csv("k") })],
  [
    "/v1/contacts/imports",
    (text: string) => ({ body: form(text, "a.csv"), headers: { "Idempotency-Key": "k" } }),
  ],
  [
    "/contacts/import",
    (text: string) => ({ body: form(text, "a.csv"), headers: { "Idempotency-Key": "k" } }),
  ],
])(
  "%s: a repeated upload is one job, another file is 409, and neither leaves a chunk",
  async (path, sent) => {
    const { sql } = api.deps;
    const first = await api.call("POST", path, sent(file));
    const chunks = (await sql`select from upload_chunks`).length;
    const second = await api.call("POST", path, sent(file));
    const other = await api.call("POST", path, sent(`${file}z@example.com\n`));
    expect([first.status, second.status, other.status]).toEqual([202, 202, 409]);
    expect([second.text, replayed(second)]).toEqual([first.text, "true"]);
    expect(chunks).toBeGreaterThan(1);
    await expect.poll(() => sql`select from upload_chunks`.then((rows) => rows.length)).toBe(chunks);
    expect([await sql`select from uploads`, await sql`select from jobs`]).toEqual([[{}], [{}]]);
  },
);

it("the same file with other options is another request", async () => {
  const post = (query: string) =>
    api.call("POST", `/v1/contacts/imports${query}`, {
      body: form(file, "a.csv"),
      headers: { "Idempotency-Key": "k" },
    });
  expect((await post("?dryRun=true")).status).toBe(202);
  expect((await post("")).status).toBe(409);
  const renamed = await api.call("POST", "/v1/contacts/imports?dryRun=true", {
    body: form(file, "b.csv"),
    headers: { "Idempotency-Key": "k" },
  });
  expect(renamed.status).toBe(409);
});

it("a repeated cancel is told what the first was told, where a second one would be refused", async () => {
  const { body } = await api.call("POST", "/v1/contacts/imports", { body: file, headers: csv("i") });
  const cancel = () =>
    api.call("POST", `/v1/jobs/${body.data.jobId}/cancel`, { headers: { "Idempotency-Key": "c" } });
  const first = await cancel();
  const second = await cancel();
  expect([first.status, first.body.data.state]).toEqual([200, "cancelled"]);
  expect([second.text, replayed(second)]).toEqual([first.text, "true"]);
});
