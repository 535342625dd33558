import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { eventMonths, makeEventMonths } from "@roster/store/events/event-months.ts";
import { createTestDatabase, makeTestDir } from "@roster/store/testing.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { type Deps, openDeps } from "@roster/usecases/deps.ts";
import { startHealthRun } from "@roster/usecases/health/list-health.ts";
import { startImport } from "@roster/usecases/imports/imports.ts";
import { receiveUpload } from "@roster/usecases/imports/uploads.ts";
import { defaultJobSettings } from "@roster/usecases/jobs/job-control.ts";
import { jobFailuresCsv } from "@roster/usecases/jobs/job-failures-csv.ts";
import { getJob, listJobFailures } from "@roster/usecases/jobs/jobs.ts";
import { undoJob } from "@roster/usecases/jobs/undo.ts";
import { type JobHelpers, parseCrontab } from "graphile-worker";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crontab, tasks } from "../src/tasks.ts";

let deps: Deps;
let scope: TenantScope;
let works: ReturnType<typeof tasks>;
let close: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase();
  const dataDir = makeTestDir();
  const opened = await openDeps({ databaseUrl: database.url, dataDir, poolSize: 4, name: "test" });
  deps = opened;
  const { key } = await createKey(deps, { tenant: "default", prefix: "sk", scopes: ["admin"] });
  scope = await authenticate(deps, key);
  const retention = { uploads: 7, reports: 7, undo: 30, eventMonths: 24, deliveries: 30 };
  works = tasks(deps, new AbortController().signal, defaultJobSettings, retention);
  close = async () => {
    await opened.close();
    await database.drop();
  };
});
afterAll(() => close?.());

const clockAsks = (task: string) => works[task]!({}, {} as JobHelpers);

/** An import that ended so many days ago. @returns its id */
async function importOf(file: string, daysAgo: number): Promise<string> {
  const body = (async function* () {
    yield Buffer.from(file);
  })();
  const { uploadId } = await receiveUpload(deps, scope, body, {
    name: null,
    contentType: null,
    limitBytes: null,
  });
  const policy = ImportPolicy.parse({});
  const { jobId } = await startImport(deps, scope, { uploadId, name: null, hints: {}, policy });
  await works["run-job"]!({ tenantId: scope.tenantId, jobId }, {} as JobHelpers);
  await deps.sql`
    update jobs set finished_at = now() - ${daysAgo} * interval '1 day' where id = ${jobId}`;
  await deps.sql`
    update uploads set created_at = now() - ${daysAgo} * interval '1 day' where id = ${uploadId}`;
  return jobId;
}

test("what the clock asks for exists, every night, every hour or every minute", () => {
  const asked = parseCrontab(crontab).map(({ task }) => task);
  expect(asked.toSorted()).toEqual(
    Object.keys(works)
      .filter((task) => task !== "run-job")
      .toSorted(),
  );
  for (const line of crontab.split("\n"))
    expect(line).toMatch(/^(\d+|\*) (\d+|\*) \* \* \* [a-z-]+( \?(max=\d|fill=\d+h))?$/);
});

test("answers that are older than 24 h are swept", async () => {
  await deps.sql`
    insert into idempotency_keys (tenant_id, key, request, status, headers, body, created_at)
    select ${scope.tenantId}, age || ' h', '', 200, '{}', '', now() - age * interval '1 hour'
    from unnest(array[1, 23, 25]) age`;
  await clockAsks("remove-old-answers");
  expect(await deps.sql`select key from idempotency_keys order by key`).toEqual([
    { key: "1 h" },
    { key: "23 h" },
  ]);
});

test("the months that come are there before they come, months that are over for long go, and ids of events do", async () => {
  const twoYearsAgo = new Date();
  twoYearsAgo.setUTCDate(1);
  twoYearsAgo.setUTCMonth(twoYearsAgo.getUTCMonth() - 24);
  const kept = twoYearsAgo.toISOString().slice(0, 7);
  const old = new Date(+twoYearsAgo - 20 * 86_400_000);
  await makeEventMonths(deps.sql, [old, twoYearsAgo]);
  await clockAsks("keep-event-months");
  const months = await eventMonths(deps.sql);
  expect(months[0]).toBe(kept);
  const ahead = new Date();
  ahead.setUTCDate(1);
  ahead.setUTCMonth(ahead.getUTCMonth() + 2);
  expect(months.at(-1)).toBe(ahead.toISOString().slice(0, 7));

  await deps.sql`
    insert into event_ids (tenant_id, id, received_at)
    select ${scope.tenantId}, gen_random_uuid(), now() - days * interval '1 day' from unnest(array[90, 99, 101]) days`;
  await clockAsks("remove-old-event-ids");
  expect(await deps.sql`select from event_ids`).toHaveLength(2);
});

test("a file is kept for as many days as the setting says after its import, and then swept", async () => {
  const [kept, old] = [await importOf("email\na@x.co\n", 6), await importOf("email\na@x.co\n", 8)];
  await clockAsks("remove-old-uploads");
  const uploads = await deps.sql`
    select j.id, u.id is not null as there, (select count(*) from upload_chunks c where c.upload_id = j.upload_id) as chunks
    from jobs j left join uploads u on u.id = j.upload_id where j.id = any(${[kept, old]})`;
  expect(Object.fromEntries(uploads.map(({ id, there, chunks }) => [id, [there, chunks]]))).toEqual({
    [kept]: [true, 1],
    [old]: [false, 0],
  });
});

test("failed rows are kept for as many days as the setting says; after that their report says that they are gone, and how many they were", async () => {
  const file = "email\nnobody\nd@x.co\n";
  const [kept, old] = [await importOf(file, 6), await importOf(file, 8)];
  await clockAsks("remove-old-reports");
  const page = { limit: 10 };
  expect((await listJobFailures(deps, scope, kept, page)).failures).toHaveLength(1);
  const gone = "The rows that failed are no longer kept; there were 1.";
  await expect(listJobFailures(deps, scope, old, page)).rejects.toThrow(gone);
  await expect(jobFailuresCsv(deps, scope, old)).rejects.toThrow(gone);
  expect(await getJob(deps, scope, old)).toMatchObject({ reportKept: false, counters: { failed: 1 } });
});

test("what an undo needs is kept for as many days as the setting says; after that the job says that it cannot be undone", async () => {
  await importOf("email,firstName\nb@x.co,Bo\n", 40);
  const kept = await importOf("email,firstName\nb@x.co,Bob\n", 29);
  const old = await importOf("email,firstName\nb@x.co,Bobby\n", 31);
  await clockAsks("remove-old-before-images");
  const images = await deps.sql`select job_id from contact_before`;
  expect(images).toEqual([{ jobId: kept }]);
  expect(await getJob(deps, scope, kept)).toMatchObject({ undoable: true });
  expect(await getJob(deps, scope, old)).toMatchObject({ undoable: false });
  await expect(undoJob(deps, scope, old)).rejects.toThrow("nothing is kept to go back to");
});

test("of three health runs the two newest keep whom they found", async () => {
  const runs: string[] = [];
  for (let n = 0; n < 3; n++) {
    const { jobId } = await startHealthRun(deps, scope);
    await works["run-job"]!({ tenantId: scope.tenantId, jobId }, {} as JobHelpers);
    runs.push(jobId);
  }
  await clockAsks("remove-old-health-findings");
  const kept = await deps.sql`select id from health_runs where findings_kept order by id`;
  expect(kept.map(({ id }) => id)).toEqual(runs.slice(1));
});
