import { createServer } from "node:http";
import { expect, it } from "vitest";
import { freePort, runMain, spawnApi } from "./spawned-api.ts";

/** An upload that sends a line every 50 ms until `done` says so. */
function slowUpload(url: string, key: string, done: () => boolean): Promise<Response> {
  async function* lines() {
    yield Buffer.from("email\n");
    for (let n = 0; !done(); n++) {
      yield Buffer.from(`slow${n}@example.com\n`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return fetch(`${url}/v1/contacts/imports`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "text/csv" },
    body: ReadableStream.from(lines()),
    duplex: "half",
  });
}

it.each(["SIGTERM", "SIGINT"] as const)(
  "%s: takes no more requests, finishes those in flight, exits 0",
  async (signal) => {
    const api = await spawnApi();
    try {
      let stopped = false;
      const upload = slowUpload(api.url, api.key, () => stopped);
      await new Promise((resolve) => setTimeout(resolve, 300));
      api.child.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await expect(fetch(`${api.url}/healthz`)).rejects.toThrow();
      stopped = true;
      expect((await upload).status).toBe(202);
      expect(await api.exited).toBe(0);
    } finally {
      await api.close();
    }
  },
);

it("a request that does not end is cut off, and the process is gone before the launcher kills it", async () => {
  const api = await spawnApi();
  try {
    const upload = slowUpload(api.url, api.key, () => false).catch(() => "cut");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const started = performance.now();
    api.child.kill("SIGTERM");
    expect(await api.exited).toBe(0);
    // The launcher kills it after 6 s.
    expect(performance.now() - started).toBeLessThan(6000);
    expect(await upload).toBe("cut");
  } finally {
    await api.close();
  }
});

it("whoever watches a job is told goodbye at once, and a request that waits for the database gets its answer", async () => {
  const api = await spawnApi();
  try {
    const headers = { Authorization: `Bearer ${api.key}` };
    const queued = await fetch(`${api.url}/v1/contacts/imports`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "text/csv" },
      body: "email\nann@example.com\n",
    });
    const { jobId } = ((await queued.json()) as { data: { jobId: string } }).data;
    const input = encodeURIComponent(JSON.stringify({ id: jobId }));
    const watching = await fetch(`${api.url}/trpc/jobs.watch?input=${input}`, { headers });
    const watched = watching.text();

    const unlocked = Promise.withResolvers<void>();
    const lock = api.sql.begin(async (tx) => {
      await tx`lock table contacts in access exclusive mode`;
      await unlocked.promise;
    });
    const waiting = fetch(`${api.url}/contacts`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ email: "bo@example.com" }),
    });
    await expect
      .poll(async () => (await api.sql`select from pg_locks where not granted`).length)
      .toBeGreaterThan(0);
    api.child.kill("SIGTERM");
    // Cut off, it would be an error and not an end.
    expect(await watched).toContain('"state":"queued"');
    unlocked.resolve();
    await lock;
    const answered = await waiting;
    expect(answered.status).toBe(201);
    expect(await api.exited).toBe(0);
  } finally {
    await api.close();
  }
});

it("it leaves when the launcher's channel closes", async () => {
  const api = await spawnApi();
  try {
    api.child.disconnect();
    expect(await api.exited).toBe(0);
  } finally {
    await api.close();
  }
});

const database = "postgres://roster:secret@127.0.0.1:1/roster";

it.concurrent.each([
  [{}, "DATABASE_URL"],
  [{ DATABASE_URL: "mysql://x" }, "DATABASE_URL"],
  [{ DATABASE_URL: database, PORT: "70000" }, "PORT"],
  [{ DATABASE_URL: database, LOG_LEVEL: "loud" }, "LOG_LEVEL"],
  [{ DATABASE_URL: database, TRUST_PROXY: "maybe" }, "TRUST_PROXY"],
  [{ DATABASE_URL: database, CORS_ORIGINS: "app.example.com" }, "CORS_ORIGINS"],
  [{ DATABASE_URL: database, CORS_ORIGINS: "https://a.example/path" }, "CORS_ORIGINS"],
  [{ DATABASE_URL: database }, "DATABASE_URL"],
])(
  "a bad setting or an unreachable database, %j, is one line that names %s, and exit code 1",
  async (env, name) => {
    const { exited, output } = runMain(env);
    expect(await exited).toBe(1);
    expect(output().trimEnd().split("\n")).toHaveLength(1);
    expect(output()).toContain(`${name}: `);
    expect(output()).not.toContain("secret");
  },
);

it("a port in use is one line that names PORT, and exit code 1", async () => {
  const api = await spawnApi();
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  try {
    const { exited, output } = runMain({ ...api.env, PORT: String(port) });
    expect(await exited).toBe(1);
    expect(output().trimEnd().split("\n")).toHaveLength(1);
    expect(output()).toContain("PORT: ");
  } finally {
    other.close();
    await api.close();
  }
});
