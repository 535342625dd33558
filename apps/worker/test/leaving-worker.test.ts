import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { hasEnded } from "@roster/domain/jobs/job.ts";
import { createTestDatabase, makeTestDir, type TestDatabase } from "@roster/store/testing.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { openDeps } from "@roster/usecases/deps.ts";
import { startImport } from "@roster/usecases/imports/imports.ts";
import { receiveUpload } from "@roster/usecases/imports/uploads.ts";
import { getJob, type JobView } from "@roster/usecases/jobs/jobs.ts";
import { afterAll, beforeAll, expect, test } from "vitest";

const rows = 60_000;

let database: TestDatabase;
let dataDir: string;
let deps: Awaited<ReturnType<typeof openDeps>>;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = makeTestDir();
  deps = await openDeps({ databaseUrl: database.url, dataDir, poolSize: 4, name: "leaving test" });
});
afterAll(async () => {
  for (const worker of workers) {
    if (worker.exitCode === null && worker.signalCode === null && worker.kill("SIGKILL"))
      await once(worker, "exit");
  }
  await deps?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: { ...process.env, DATABASE_URL: database.url, ROSTER_DATA_DIR: dataDir, LOG_LEVEL: "warn" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  workers.push(worker);
  return worker;
}

/** New contacts, repeats near and far with and without changes, and rows that fail. */
function* file(): Generator<Buffer> {
  let text = "email,firstName,plan,tags\n";
  for (let n = 0; n < rows; n++) {
    if (n % 997 === 3) text += `broken${n},Eve,pro,\n`;
    else if (n % 101 === 7) text += `person${(n * 7919) % n}@example.com,Again${n},pro,again\n`;
    else if (n % 53 === 9) text += `PERSON${n - 5}@example.com,,,\n`;
    else text += `person${n}@example.com,Ana,free,"vip;new"\n`;
    if (text.length > 60_000) {
      yield Buffer.from(text);
      text = "";
    }
  }
  yield Buffer.from(text);
}

async function startFile(): Promise<{ scope: TenantScope; jobId: string }> {
  const { key } = await createKey(deps, { tenant: "polite", prefix: "sk", scopes: ["admin"] });
  const scope = await authenticate(deps, key);
  const body = (async function* () {
    yield* file();
  })();
  const { uploadId } = await receiveUpload(deps, scope, body, {
    name: null,
    contentType: null,
    limitBytes: null,
  });
  const { jobId } = await startImport(deps, scope, {
    uploadId,
    name: null,
    hints: {},
    policy: ImportPolicy.parse({}),
  });
  return { scope, jobId };
}

async function until(
  scope: TenantScope,
  jobId: string,
  reached: (job: JobView) => boolean,
): Promise<JobView> {
  for (;;) {
    const job = await getJob(deps, scope, jobId);
    if (reached(job)) return job;
    if (hasEnded(job.state)) throw new Error(`The job ended too early: ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ended = (job: JobView) => hasEnded(job.state);

test("a worker asked to leave finishes its batch and keeps its place, and the next one goes on from there", async () => {
  const worker = startWorker();
  const { scope, jobId } = await startFile();
  await until(scope, jobId, (job) => job.processed >= rows / 4);
  const asked = Date.now();
  worker.kill("SIGTERM");
  const [code] = await once(worker, "exit");
  expect(code).toBe(0);
  expect(Date.now() - asked).toBeLessThan(10_000);
  const left = await getJob(deps, scope, jobId);
  expect(left.state).toBe("running");
  const [ledger] = await deps.sql`select sum(rows)::int8 as rows from import_batches where job_id = ${jobId}`;
  expect(ledger!.rows).toBe(left.processed);

  startWorker();
  const back = Date.now();
  await until(scope, jobId, (job) => job.processed > left.processed);
  // Nobody has to be given up for dead: the place in the queue was handed back.
  expect(Date.now() - back).toBeLessThan(10_000);
  const done = await until(scope, jobId, ended);
  expect(done.processed).toBe(rows);
}, 120_000);
