import type { Tx } from "@roster/store/open.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CommitGate, openCommitGate } from "./commit-gate.ts";
import { type SpawnedApi, spawnApi } from "./spawned-api.ts";

let api: SpawnedApi;
let gate: CommitGate;
beforeAll(async () => {
  const through = async (databaseUrl: string) => {
    gate = await openCommitGate(databaseUrl);
    return gate.url;
  };
  api = await spawnApi({ through });
});
afterEach(async () => {
  await api.sql`truncate idempotency_keys, contacts, contact_counts, jobs, uploads, upload_chunks`;
});
afterAll(async () => {
  await api.close();
  gate.close();
});

const contact = {
  path: "/contacts",
  type: "application/json",
  body: '{"email":"ann@example.com"}',
  status: 201,
};
const file = {
  path: "/v1/contacts/imports",
  type: "text/csv",
  body: `email\n${"someone@example.com\n".repeat(20_000)}`,
  status: 202,
};
const requests = [
  { what: "a contact", ...contact, effects: () => api.sql`select from contacts` },
  { what: "an import", ...file, effects: () => api.sql`select from jobs` },
];
type Sent = (typeof requests)[number];

function post({ path, type, body }: Sent): Promise<Response> {
  const headers = { Authorization: `Bearer ${api.key}`, "Content-Type": type, "Idempotency-Key": "k" };
  return fetch(api.url + path, { method: "POST", headers, body });
}

describe.each(requests)("the API is killed while it answers for $what", (request) => {
  it("after the commit: a repeat gets the answer that nobody heard, and there is one effect", async () => {
    // A file's chunks are committed before.
    const committed = gate.swallowNextCommit(
      async () => (await api.sql`select from idempotency_keys`).length > 0,
    );
    const unheard = post(request).then(
      () => "answered",
      () => "cut",
    );
    await committed;
    await api.killAndRestart();
    expect(await unheard).toBe("cut");
    const [kept] = await api.sql`select status, body from idempotency_keys`;

    const reply = await post(request);
    expect([reply.status, reply.headers.get("idempotent-replayed")]).toEqual([request.status, "true"]);
    expect([request.status, await reply.text()]).toEqual([kept!.status, kept!.body.toString()]);
    expect(await request.effects()).toHaveLength(1);
    // The repeated file is dropped.
    await expect.poll(() => api.sql`select from uploads`.then((rows) => rows.length)).toBeLessThanOrEqual(1);
  });

  it("before the commit: a repeat does the work, once, and finds nobody running", async () => {
    await killWhileHeld(request, (tx) => tx`lock table idempotency_keys in exclusive mode`);
    expect(await request.effects()).toHaveLength(0);

    const reply = await post(request);
    expect([reply.status, reply.headers.get("idempotent-replayed")]).toEqual([request.status, null]);
    expect(await request.effects()).toHaveLength(1);
  });

  it("in the middle of the commit: no answer is kept without its effect, nor an effect without its answer", async () => {
    await api.sql.unsafe(`
      create function wait_for_test() returns trigger language plpgsql as
        'begin perform pg_advisory_xact_lock(4711); return null; end';
      create constraint trigger wait_for_test after insert on idempotency_keys deferrable initially deferred
        for each row execute function wait_for_test()`);
    try {
      await killWhileHeld(request, (tx) => tx`select pg_advisory_xact_lock(4711)`);
    } finally {
      await api.sql`drop function wait_for_test cascade`;
    }
    expect((await post(request)).status).toBe(request.status);
    expect(await request.effects()).toHaveLength(1);
  });
});

/** Sends a request, kills the API when the request waits for what `hold` has locked, and starts it anew. */
async function killWhileHeld(request: Sent, hold: (tx: Tx) => Promise<unknown>): Promise<void> {
  let unheard = Promise.resolve("");
  await api.sql.begin(async (tx) => {
    await hold(tx);
    unheard = post(request).then(
      () => "answered",
      () => "cut",
    );
    const waiting = () =>
      api.sql`select from pg_locks where not granted and pid in
        (select pid from pg_stat_activity where datname = current_database())`;
    await expect.poll(() => waiting().then((rows) => rows.length)).toBe(1);
    api.child.kill("SIGKILL");
    await api.exited;
  });
  expect(await unheard).toBe("cut");
  await api.killAndRestart();
}
