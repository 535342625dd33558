import { pause, until } from "../clock.ts";
import { DisturbedJob } from "../disturbed-job.ts";
import { wrongEngagement } from "../engagement-outcome.ts";
import { type EventStory, eventStory, ndjsonOf } from "../event-story.ts";
import { insist, type JobStarted, json } from "../house-client.ts";
import { kill, killAndAwaitNext, type Tenant } from "../installation.ts";
import { missed, type Scenario, type Stage } from "../scenario.ts";
import { clickRule, makeRule, nobodyDue, wrongScores } from "../score-outcome.ts";
import { newPeople, untilCompleted } from "../stage.ts";
import { startProxy, type TcpProxy } from "../tcp-proxy.ts";
import { toldStory } from "../told-engagement.ts";

/** The same events come by file and in requests, sent again whenever no answer came, while the worker and the API are killed. */
export const eventsTold: Scenario = {
  name: "events-told",
  what: "events by file and in requests, some by both; the worker killed 6 times, the API 4, and its connections cut 6",
  async run(stage) {
    const { chance, installation, short } = stage;
    const [people, rows] = short ? [800, 7500] : [10_000, 60_000];
    const story = eventStory(people, rows, stage.seed, new Date());
    const tenant = await newPeople(stage, people);
    const proxy = await startProxy({ host: "127.0.0.1", port: Number(new URL(installation.url).port) });
    try {
      const posting = new Posting(`http://127.0.0.1:${proxy.port}`, tenant, story.posts);
      const file = { type: "application/x-ndjson", content: ndjsonOf(story.rows) };
      const { answer } = await insist<JobStarted>(installation.url, tenant, {
        method: "POST",
        path: "/v1/events/imports",
        body: file,
      });
      const disturbing = disturbApi(stage, posting, proxy);
      const run = new DisturbedJob(stage, { tenantId: tenant.tenantId, jobId: answer.data.jobId }, rows);
      let since = 0;
      for (const share of chance.points(short ? 1 : 6, 0.05, short ? 0.4 : 0.85)) {
        await run.reach(share, chance.below(short ? 40 : 150));
        await killAndAwaitNext(installation.worker);
        since = performance.now();
        await run.takenUpAgain(await run.note(), since);
      }
      // From here on a score asks for more than its sums, and is computed later.
      const { rescoreJobId } = await makeRule(installation.url, tenant, clickRule);
      const verdict = await run.verdict(since);
      const api = await disturbing;
      verdict.faults += api.faults;
      verdict.landed += api.landed;
      verdict.problems.push(...missed(api.faults, api.landed, "while requests were on their way"));
      const again = await posting.end();
      verdict.notes.push(`${again} of ${story.posts.length} requests were sent more than once`);

      const told = toldStory(story);
      const { sql } = installation.deps;
      await untilCompleted(installation.url, tenant, rescoreJobId);
      await nobodyDue(sql, tenant.tenantId);
      verdict.problems.push(
        ...(await wrongEngagement(sql, tenant.tenantId, told)),
        ...(await wrongScores(sql, tenant.tenantId, story.now, [clickRule])),
        ...(await wrongCounters(stage, run.place, { rows, ...told })),
      );
      return verdict;
    } finally {
      await proxy.close();
    }
  },
};

const senders = 3;

/** Requests that are sent one after the other by each of some programs. */
class Posting {
  readonly all: number;
  answered = 0;
  #again = 0;
  readonly #queue: EventStory["posts"][number][];
  readonly #sending: Promise<unknown>;

  constructor(url: string, tenant: Tenant, posts: EventStory["posts"]) {
    this.all = posts.length;
    this.#queue = [...posts];
    this.#sending = Promise.all(Array.from({ length: senders }, () => this.#send(url, tenant)));
    // Awaited at the end; until then its failure must not count as nobody's.
    this.#sending.catch(() => {});
  }

  /** @returns how many were sent more than once */
  async end(): Promise<number> {
    await this.#sending;
    return this.#again;
  }

  async #send(url: string, tenant: Tenant): Promise<void> {
    for (let events = this.#queue.shift(); events !== undefined; events = this.#queue.shift()) {
      // Without an Idempotency-Key: the events' own ids have to do.
      const request = {
        method: "POST",
        path: "/v1/events",
        body: json({ events }),
        idempotencyKey: null,
      } as const;
      const { tries } = await insist(url, tenant, request);
      this.answered++;
      if (tries > 1) this.#again++;
    }
  }
}

/** Kills the API, and cuts what its clients have, while requests are on their way. */
async function disturbApi(
  { chance, installation, short }: Stage,
  posting: Posting,
  proxy: TcpProxy,
): Promise<{ faults: number; landed: number }> {
  const kinds = chance.shuffled(
    Array.from({ length: short ? 2 : 10 }, (_, n) => (n % 5 < 2 ? "kill" : "cut")),
  );
  const moments = chance.points(kinds.length, 0.05, 0.9);
  let landed = 0;
  for (const [n, kind] of kinds.entries()) {
    await until("requests are answered", async () => posting.answered >= moments[n]! * posting.all || null);
    await pause(chance.below(10));
    const { pid } = installation.api;
    if (kind === "cut") proxy.cut();
    else if (pid !== undefined) kill(pid, "SIGKILL");
    if (posting.answered < posting.all) landed++;
  }
  return { faults: kinds.length, landed };
}

async function wrongCounters(
  { installation }: Stage,
  { tenantId, jobId }: DisturbedJob["place"],
  told: { rows: number; failed: number },
): Promise<string[]> {
  const [job] = await installation.deps.sql<
    Record<"done" | "counted" | "failed" | "listed" | "ledger", number>[]
  >`
    select rows_done as done, created + duplicate + failed as counted, failed,
      (select count(*) from job_failures f where f.tenant_id = j.tenant_id and f.job_id = j.id) as listed,
      (select sum(rows)::int8 from import_batches b where b.tenant_id = j.tenant_id and b.job_id = j.id) as ledger
    from jobs j where tenant_id = ${tenantId} and id = ${jobId}`;
  const { rows, failed } = told;
  const expected = { done: rows, counted: rows, failed, listed: failed, ledger: rows };
  const [is, should] = [JSON.stringify({ ...job }), JSON.stringify(expected)];
  return is === should ? [] : [`the job counts ${is}, not ${should}`];
}
