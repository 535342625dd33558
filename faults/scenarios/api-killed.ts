import { pause, until } from "../clock.ts";
import { DisturbedImport } from "../disturbed-import.ts";
import { type Uploaded, upload } from "../house-client.ts";
import { kill, type Tenant } from "../installation.ts";
import { missed, type Scenario, type Stage } from "../scenario.ts";
import { startProxy, type TcpProxy } from "../tcp-proxy.ts";

/**
 * The API dies between the first byte of an upload and its answer; the client sends it again with its Idempotency-Key. A
 * third of the times the job was made, and only the answer did not get through.
 */
export const apiKilled: Scenario = {
  name: "api-killed",
  what: "kill -9 of the API between upload and answer, 10 times; the client retries with its Idempotency-Key",
  async run(stage) {
    const faults = stage.short ? 2 : 10;
    const proxy = await startProxy({ host: "127.0.0.1", port: Number(new URL(stage.installation.url).port) });
    const problems: string[] = [];
    let landed = 0;
    let finishedAfter = 0;
    try {
      for (let n = 0; n < faults; n++) {
        let since = 0;
        const run = await DisturbedImport.begin(stage, stage.files.small, async (tenant) => {
          const sending = upload(`http://127.0.0.1:${proxy.port}`, tenant, stage.files.small.csv);
          // Awaited below; until then its failure must not count as nobody's.
          sending.catch(() => {});
          await (n % 3 === 0 ? killUnheard(stage, proxy, tenant) : killWhileSending(stage, proxy, sending));
          since = performance.now();
          const sent = await sending;
          if (sent.tries > 1) landed++;
          return sent;
        });
        const end = await run.end(since);
        finishedAfter = Math.max(finishedAfter, end.finishedAfter);
        problems.push(...end.problems);
      }
    } finally {
      await proxy.close();
    }
    problems.push(...missed(faults, landed, "before the answer"));
    const notes = [`${Math.ceil(faults / 3)} times the job was made, and its answer never arrived`];
    return { faults, landed, slowestReturn: null, finishedAfter, problems, notes };
  },
};

/** Kills the API when so much of the file has left the client, or at most 10 ms after its last byte. */
async function killWhileSending(stage: Stage, proxy: TcpProxy, sending: Promise<Uploaded>): Promise<void> {
  const { chance, files } = stage;
  // The headers are not counted: the last of these moments are those right behind the last byte.
  const at = Math.min(1, 0.2 + chance.next()) * files.small.csv.length;
  const ms = chance.below(10);
  const reached = new Promise<void>((resolve) => {
    proxy.onSent((bytes) => {
      if (bytes >= at) resolve();
    });
  });
  await Promise.race([reached, sending]);
  await pause(ms);
  proxy.onSent(null);
  killApi(stage);
}

/** Keeps the answer back, waits until the job is there, and kills the API. */
async function killUnheard(stage: Stage, proxy: TcpProxy, { tenantId }: Tenant): Promise<void> {
  const { sql } = stage.installation.deps;
  proxy.holdAnswers(true);
  await until("the job is made", async () => {
    const [row] = await sql<{ n: number }[]>`select count(*) as n from jobs where tenant_id = ${tenantId}`;
    return row!.n > 1 ? true : null;
  });
  killApi(stage);
  proxy.cut();
  proxy.holdAnswers(false);
}

function killApi({ installation }: Stage): void {
  if (installation.api.pid !== undefined) kill(installation.api.pid, "SIGKILL");
}
