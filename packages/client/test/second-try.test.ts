import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "../../../apps/cli/test/running-roster.ts";
import { createRosterClient, isRosterError } from "../src/client.ts";

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster({ worker: false });
});
afterAll(() => roster?.close());

/** A client for whom the connection breaks after the server has answered, the first `times` times at this address. */
function unheard(path: string, times: number) {
  let calls = 0;
  const client = createRosterClient({
    url: roster.url,
    key: roster.key,
    async fetch(address, init) {
      const response = await fetch(address, init);
      if (!String(address).includes(path) || ++calls > times) return response;
      await response.text();
      throw new TypeError("fetch failed");
    },
  });
  return { client, calls: () => calls };
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode("email\nann@example.org\n");
}

async function jobs(): Promise<number> {
  return (await roster.deps.sql`select from jobs`).length;
}

test("an import whose start was not heard of is started again, and is one job", async () => {
  const before = await jobs();
  const { client, calls } = unheard("imports.start", 1);
  const { jobId } = await client.importFile(pieces());
  expect([calls(), await jobs()]).toEqual([2, before + 1]);
  expect((await client.jobs.get.query({ id: jobId })).state).toBe("queued");
});

test("an upload that breaks is sent again where the file can be opened again", async () => {
  const before = await jobs();
  for (const file of [new Blob(["email\nbo@example.org\n"]), pieces]) {
    const { client, calls } = unheard("imports.upload", 1);
    await client.importFile(file);
    expect(calls()).toBe(2);
  }
  expect(await jobs()).toBe(before + 2);
});

test("a stream is sent once: its bytes are gone, and the failure is told", async () => {
  const { client, calls } = unheard("imports.upload", 1);
  const error = await client.importFile(pieces()).catch((reason: unknown) => reason);
  expect([calls(), isRosterError(error)]).toEqual([1, true]);
});

test("a second failure is told, and a refusal at once", async () => {
  const broken = unheard("imports.upload", 2);
  await expect(broken.client.importFile(pieces)).rejects.toThrow("fetch failed");
  expect(broken.calls()).toBe(2);

  const refused = unheard("imports.start", 0);
  const empty = new Blob([]);
  await expect(refused.client.importFile(empty)).rejects.toThrow("empty");
  expect(refused.calls()).toBe(1);
});

test("a mutation with a key of the caller's own is done once", async () => {
  const client = createRosterClient({ url: roster.url, key: roster.key });
  const upsert = () =>
    client.contacts.upsert.mutate({ email: "cy@example.org" }, { context: { idempotencyKey: "mine" } });
  const [first, second] = await Promise.all([upsert(), upsert()]);
  expect(first.isNew).toBe(true);
  expect(second).toEqual(first);
});
