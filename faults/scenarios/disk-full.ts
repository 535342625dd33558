import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { startEmbedded } from "@roster/store/server/embedded.ts";
import { until } from "../clock.ts";
import { DisturbedImport } from "../disturbed-import.ts";
import { sendFile, upload } from "../house-client.ts";
import { startInstallation, type Tenant } from "../installation.ts";
import type { Scenario, Stage, Verdict } from "../scenario.ts";
import { missed } from "../scenario.ts";
import { makeSmallDisk, type SmallDisk } from "../small-disk.ts";
import { buildScenery, stageOf } from "../stage.ts";

/** Room for the database, its log of at most 64 MB, and some imports. */
const diskMegabytes = 320;
const settings = { min_wal_size: "32MB", max_wal_size: "64MB", shared_buffers: "32MB" };

/** The disk of the database fills up while a file comes in. */
export const diskFull: Scenario = {
  name: "disk-full",
  what: "the disk of the database full during an upload, 5 times; needs root, to mount a small file system",
  async run(stage) {
    const disk = makeSmallDisk(diskMegabytes);
    if (disk === null) {
      const notes = ["not played: mounting a small file system takes Linux and root"];
      return { faults: 0, landed: 0, slowestReturn: null, finishedAfter: null, problems: [], notes };
    }
    try {
      const dataDir = join(disk.dir, "roster");
      const postgres = await startEmbedded({ dataDir, settings });
      try {
        const installation = await startInstallation(postgres, { dataDir, timing: {}, verbose: false });
        try {
          const scenery = buildScenery(installation, stage.files, stage);
          return await playOn(stageOf(scenery, stage.chance), disk);
        } finally {
          await installation.stop();
        }
      } finally {
        await postgres.stop();
      }
    } finally {
      disk.clear();
      disk.remove();
    }
  },
};

async function playOn(stage: Stage, disk: SmallDisk): Promise<Verdict> {
  const { installation, files, chance } = stage;
  const { small } = files;
  const faults = stage.short ? 1 : 5;
  const problems: string[] = [];
  const answers: string[] = [];
  let finishedAfter = 0;
  for (let n = 0; n < faults; n++) {
    let since = 0;
    const run = await DisturbedImport.begin(stage, small, async (tenant) => {
      // Less than the file needs, and sometimes next to nothing.
      disk.fill(Math.floor(chance.next() * 0.6 * small.csv.length));
      const answer = await sendFile(installation.url, tenant, small.csv, randomUUID()).catch(
        (error: Error) => error,
      );
      if (answer instanceof Error) {
        problems.push(`the sender got no answer: ${answer.message}`);
      } else {
        answers.push(`${answer.status} ${answer.body}`);
        if (answer.status < 500 || !(JSON.parse(answer.body).error?.length > 20))
          problems.push(`the sender was answered ${answer.status} ${answer.body}`);
      }
      problems.push(...(await leftBehind(stage, tenant)));
      disk.clear();
      since = performance.now();
      return upload(installation.url, tenant, small.csv);
    });
    const end = await run.end(since);
    finishedAfter = Math.max(finishedAfter, end.finishedAfter);
    problems.push(...end.problems);
  }
  problems.push(...missed(faults, answers.length, "during an upload"));
  const notes = [...new Set(answers)].map((answer) => `the sender was told ${answer}`);
  return { faults, landed: answers.length, slowestReturn: null, finishedAfter, problems, notes };
}

type Left = { uploads: number; chunks: number; jobs: number };

/** Parts of an upload that were kept although it was refused. */
async function leftBehind({ installation }: Stage, { tenantId }: Tenant): Promise<string[]> {
  // PostgreSQL itself gives up where it cannot write its log, and is back in a moment.
  const [row] = await until(
    "the database answers",
    async () => installation.deps.sql<Left[]>`
    select (select count(*) from uploads u where u.tenant_id = ${tenantId} and not exists (
        select from jobs j where j.tenant_id = u.tenant_id and j.upload_id = u.id)) as uploads,
      (select count(*) from upload_chunks c where c.tenant_id = ${tenantId} and not exists (
        select from jobs j where j.tenant_id = c.tenant_id and j.upload_id = c.upload_id)) as chunks,
      (select count(*) - 1 from jobs where tenant_id = ${tenantId}) as jobs`,
  );
  const { uploads, chunks, jobs } = row!;
  return uploads + chunks + jobs === 0
    ? []
    : [`a refused upload left ${uploads} uploads, ${chunks} chunks and ${jobs} jobs behind`];
}
