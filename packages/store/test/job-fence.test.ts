import { randomUUID } from "node:crypto";
import { emptyReport } from "@roster/domain/imports/import-report.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertBatch } from "../src/imports/import-batches.ts";
import {
  addProgress,
  beat,
  Fenced,
  finishJob,
  insertJob,
  jobById,
  type Lease,
  saveShape,
  takeJob,
} from "../src/jobs/jobs.ts";
import { openStore, type Sql } from "../src/open.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing.ts";

const tenantId = randomUUID();
let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = openStore(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

async function newJob(): Promise<string> {
  const id = randomUUID();
  await sql.begin((tx) =>
    insertJob(tx, {
      tenantId,
      id,
      kind: "import",
      options: {},
      uploadId: null,
      bytesTotal: 100,
      undoable: true,
      createdBy: null,
    }),
  );
  return id;
}

async function take(jobId: string): Promise<Lease> {
  const job = await takeJob(sql, tenantId, jobId);
  return { tenantId, jobId, epoch: job!.epoch };
}

const batch = { batchNo: 0, rows: 7, lastByte: 70, lastRow: 7 };
const progress = { report: emptyReport(), rows: 7, bytesDone: 70 };

test("a job that somebody else took up takes nothing from whoever held it before", async () => {
  const jobId = await newJob();
  const former = await take(jobId);
  const latter = await take(jobId);
  const before = await jobById(sql, tenantId, jobId);

  await expect(sql.begin((tx) => addProgress(tx, former, progress))).rejects.toThrow(Fenced);
  await expect(saveShape(sql, former, { format: "csv" })).rejects.toThrow(Fenced);
  await expect(sql.begin((tx) => finishJob(tx, former, { state: "completed", error: null }))).rejects.toThrow(
    Fenced,
  );
  expect(await beat(sql, former)).toEqual({ held: false, cancelRequested: false });
  expect(await jobById(sql, tenantId, jobId)).toEqual(before);

  await sql.begin((tx) => addProgress(tx, latter, progress));
  expect(await jobById(sql, tenantId, jobId)).toMatchObject({ rowsDone: 7, bytesDone: 70 });
});

test("a batch is entered once: who comes second writes nothing of it", async () => {
  const jobId = await newJob();
  const lease = await take(jobId);
  const write = () =>
    sql.begin(async (tx) => {
      await insertBatch(tx, lease, batch, null);
      await addProgress(tx, lease, progress);
    });
  const ends = await Promise.allSettled([write(), write()]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(ends.find(({ status }) => status === "rejected")).toMatchObject({ reason: expect.any(Fenced) });
  expect(await jobById(sql, tenantId, jobId)).toMatchObject({ rowsDone: 7 });
});
