import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "../../../apps/cli/test/running-roster.ts";
import {
  createRosterClient,
  isRosterError,
  type Job,
  type RosterClient,
  type RosterError,
} from "../src/client.ts";

let roster: RunningRoster;
let client: RosterClient;

beforeAll(async () => {
  roster = await startRoster();
  client = createRosterClient({ url: roster.url, key: roster.key });
});
afterAll(() => roster?.close());

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function refusal(promise: Promise<unknown>): Promise<RosterError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isRosterError(error)) throw new Error(`This is no RosterError: ${error}`);
  return error;
}

async function statesOf(jobs: AsyncIterable<Job>): Promise<Job[]> {
  const states: Job[] = [];
  for await (const job of jobs) states.push(job);
  return states;
}

test("a blob, a stream and an iterable are imported alike, and watching ends with the job", async () => {
  const stream = new Blob(["email\nstream@example.org\n"]).stream();
  for (const file of [
    new Blob(["email\nblob@example.org\n"]),
    stream,
    pieces("ema", "il\niterable@example", ".org\n"),
  ]) {
    const { jobId } = await client.importFile(file, { name: "a.csv" });
    const states = await statesOf(client.watchJob(jobId));
    expect(states.at(-1)).toMatchObject({
      id: jobId,
      state: "completed",
      name: "a.csv",
      counters: { created: 1 },
    });
    expect(await statesOf(client.watchJob(jobId))).toHaveLength(1);
  }
});

test("a file is previewed and then imported without being sent again", async () => {
  let uploads = 0;
  const counting = createRosterClient({
    url: roster.url,
    key: roster.key,
    fetch(address, init) {
      if (String(address).includes("imports.upload")) uploads++;
      return fetch(address, init);
    },
  });
  const preview = await counting.previewFile(pieces("Mail,plan\nshown@example.org,\nbad,\n"), { rows: 1 });
  expect(preview).toMatchObject({
    columns: [{ field: "email" }, { attribute: "plan" }],
    rows: [{ contact: { email: "shown@example.org" } }],
    problems: { counts: { email_invalid: 1 } },
  });
  const mapped = await counting.previewFile(preview, { policy: { mapping: { plan: "lastName" } } });
  expect(mapped.columns[1]).toMatchObject({ field: "lastName", by: "caller" });
  const { jobId } = await counting.importFile(mapped, { policy: { defaults: { plan: "free" } } });
  const states = await statesOf(counting.watchJob(jobId));
  expect(states.at(-1)).toMatchObject({ state: "completed", counters: { created: 1, failed: 1 } });
  const { contacts } = await counting.contacts.list.query({ search: "shown@" });
  expect(contacts).toMatchObject([{ attributes: { plan: "free" } }]);
  expect(uploads).toBe(1);
});

test("a job that stopped is tried again, and watched under the same id", async () => {
  const stopped = await client.importFile(pieces("email\nbad\n"), { policy: { stopAfterFailures: 1 } });
  const before = (await statesOf(client.watchJob(stopped.jobId))).at(-1)!;
  expect(before).toMatchObject({ state: "failed", retryable: true });
  await client.retryJob(before.id, { stopAfterFailures: null });
  expect((await statesOf(client.watchJob(before.id))).at(-1)).toMatchObject({ state: "completed" });
  expect((await refusal(client.retryJob(before.id))).data?.refusal).toBe("job_not_retryable");
});

test("an import is taken back, and its undo is watched as any job", async () => {
  const { jobId } = await client.importFile(pieces("email\nundone@example.org\n"));
  await statesOf(client.watchJob(jobId));
  expect(await client.previewUndo(jobId)).toEqual({ deletes: 1, reverts: 0, changedSince: 0 });
  const undo = await client.undoJob(jobId);
  expect((await statesOf(client.watchJob(undo.jobId))).at(-1)).toMatchObject({
    kind: "undo",
    state: "completed",
    counters: { deleted: 1 },
  });
  expect((await refusal(client.undoJob(jobId))).data?.refusal).toBe("job_not_undoable");
  expect((await refusal(client.cancelJob(jobId))).data?.refusal).toBe("job_not_cancellable");
});

test("a subscription that breaks, or meets a proxy's error page, is made again, and no end is missed", async () => {
  const { jobId } = await client.importFile(pieces("email\nagain@example.org\n"));
  let watches = 0;
  const breaking = createRosterClient({
    url: roster.url,
    key: roster.key,
    async fetch(address, init) {
      if (!String(address).includes("jobs.watch") || ++watches > 2) return fetch(address, init);
      if (watches === 1) return new Response("<h1>Bad gateway</h1>", { status: 502 });
      const headers = { "content-type": "text/event-stream" };
      return new Response(new ReadableStream({ start: (body) => body.error(new Error("cut")) }), { headers });
    },
  });
  const states = await statesOf(breaking.watchJob(jobId));
  expect(watches).toBe(3);
  expect(states.at(-1)!.state).toBe("completed");
});

test("watching stops without an error when the signal is aborted", async () => {
  const waiting = await startRoster({ worker: false });
  try {
    const patient = createRosterClient({ url: waiting.url, key: waiting.key });
    const { jobId } = await patient.importFile(pieces("email\n"));
    const stop = new AbortController();
    const states: Job[] = [];
    for await (const job of patient.watchJob(jobId, { signal: stop.signal })) {
      states.push(job);
      stop.abort();
    }
    expect(states.map((job) => job.state)).toEqual(["queued"]);
  } finally {
    await waiting.close();
  }
});

test("what the server refuses arrives as its sentence, its status and its word, in every kind of call", async () => {
  const missing = "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17";
  const stranger = createRosterClient({ url: roster.url, key: "sk_nobody" });
  const calls = {
    query: (by: RosterClient) => by.jobs.get.query({ id: missing }),
    watch: (by: RosterClient) => statesOf(by.watchJob(missing)),
    csv: (by: RosterClient) => by.failedRowsCsv(missing),
  };
  for (const [kind, call] of Object.entries(calls)) {
    const { data, message } = await refusal(call(client));
    expect([kind, data?.httpStatus, data?.refusal, message]).toEqual([
      kind,
      404,
      "not_found",
      "There is no such job.",
    ]);
    const unknown = await refusal(call(stranger));
    expect([kind, unknown.data?.httpStatus, unknown.data?.refusal]).toEqual([kind, 401, "unauthenticated"]);
  }
});

test("a file of 50 MB under an unknown key is refused as such, not as a broken connection", async () => {
  const stranger = createRosterClient({ url: roster.url, key: "sk_nobody" });
  let sent = 0;
  async function* large(): AsyncGenerator<Uint8Array> {
    for (; sent < 50e6; sent += 1e6) yield new Uint8Array(1e6).fill(97);
  }
  const { data } = await refusal(stranger.importFile(large()));
  expect(data).toMatchObject({ httpStatus: 401, refusal: "unauthenticated" });
});

test("an address that is none is refused before anything is sent", () => {
  expect(() => createRosterClient({ url: "localhost:4400", key: "sk_1" })).toThrow(
    /http:\/\/127\.0\.0\.1:4400/,
  );
});

test("contacts are exported as a stream, those that are asked for, and refused by name what is not known", async () => {
  await client.contacts.upsert.mutate({ email: "out@example.org", tags: ["export & more"] });
  const text = async (options: Parameters<RosterClient["exportContacts"]>[0]) =>
    new Response(await client.exportContacts(options)).text();
  const csv = await text({ tags: ["export & more"], status: "active" });
  expect(csv.split("\n").map((line) => line.split(",")[1])).toEqual(["email", "out@example.org", undefined]);
  const ndjson = await text({ tags: ["export & more"], format: "ndjson" });
  expect(JSON.parse(ndjson)).toMatchObject({ email: "out@example.org" });
  const error = await refusal(client.exportContacts({ search: "x".repeat(300) }));
  expect(error.data?.refusal).toBe("invalid");
});
