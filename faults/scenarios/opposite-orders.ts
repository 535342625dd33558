import type { Chance } from "../chance.ts";
import { pause, secondsSince } from "../clock.ts";
import { upload } from "../house-client.ts";
import type { Tenant } from "../installation.ts";
import { wrongTotals } from "../outcome.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { untilCompleted } from "../stage.ts";

const importers = 4;

/** Four imports of the same people in opposite orders, while some of these people unsubscribe. */
export const oppositeOrders: Scenario = {
  name: "opposite-orders",
  what: "4 overlapping imports of the same contacts in opposite orders, with unsubscribes arriving meanwhile",
  async run(stage) {
    const { installation, chance } = stage;
    const { sql } = installation.deps;
    const known = stage.short ? 3000 : 60_000;
    const everybody = Array.from({ length: Math.floor(known * 1.25) }, (_, n) => n);
    const tenant = await installation.newTenant();
    const base = await upload(installation.url, tenant, csv(everybody.slice(0, known), "before"));
    await untilCompleted(installation.url, tenant, base.jobId);
    const deadlocksBefore = await deadlocks(stage);

    const mixed = chance.shuffled(everybody);
    const orders = [everybody, everybody.toReversed(), mixed, mixed.toReversed()];
    const over = new AbortController();
    const leaving = unsubscribe(stage, tenant, chance, known, over.signal);
    const jobs = await Promise.all(
      orders.map((order, i) => upload(installation.url, tenant, csv(order, `from-${i}`))),
    );
    const since = performance.now();
    const problems: string[] = [];
    await Promise.all(
      jobs.map(({ jobId }) =>
        untilCompleted(installation.url, tenant, jobId).catch((error: Error) => {
          problems.push(error.message);
        }),
      ),
    );
    const finishedAfter = secondsSince(since);
    over.abort();
    const { left, refused } = await leaving;
    problems.push(...refused.map((answer) => `an unsubscribe was answered ${answer}`));

    // Every import adds its tag to everybody: one that is missing is a write that another import took back.
    const [table] = await sql<{ n: number; complete: number; lost: number; failed: number }[]>`
      select count(*) as n,
        count(*) filter (where tags @> array['from-0', 'from-1', 'from-2', 'from-3']) as complete,
        count(*) filter (where email = any(${[...left]}::text[]) and status <> 'unsubscribed') as lost,
        (select coalesce(sum(failed), 0)::int8 from jobs where tenant_id = ${tenant.tenantId}) as failed
      from contacts where tenant_id = ${tenant.tenantId}`;
    const { n, complete, lost, failed } = table!;
    if (n !== everybody.length) problems.push(`${n} contacts, not ${everybody.length}`);
    if (complete !== n) problems.push(`${n - complete} contacts miss what one of the imports wrote`);
    if (lost > 0) problems.push(`${lost} of ${left.size} unsubscribes were lost`);
    if (failed > 0) problems.push(`${failed} rows failed`);
    if (left.size < importers) problems.push(`only ${left.size} people unsubscribed meanwhile`);
    problems.push(...(await wrongTotals(sql, tenant.tenantId)));
    const solved = (await deadlocks(stage)) - deadlocksBefore;
    const notes = [
      `${left.size} people left meanwhile; PostgreSQL broke ${solved} deadlocks up, none was seen`,
    ];
    return { faults: left.size, landed: left.size, slowestReturn: null, finishedAfter, problems, notes };
  },
};

function csv(people: readonly number[], tag: string): Buffer {
  return Buffer.from(
    `email,firstName,tags,status\n${people.map((n) => `q${n}@example.com,By ${tag},${tag},active\n`).join("")}`,
  );
}

/** Four programs that unsubscribe one person after another, each as Plunk's clients do. */
async function unsubscribe(
  { installation, short }: Stage,
  { key }: Tenant,
  chance: Chance,
  known: number,
  over: AbortSignal,
): Promise<{ left: Set<string>; refused: string[] }> {
  const left = new Set<string>();
  const refused: string[] = [];
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const program = async () => {
    while (!over.aborted) {
      const email = `q${chance.below(known)}@example.com`;
      const body = JSON.stringify({ email, subscribed: false });
      const answer = await fetch(`${installation.url}/contacts`, { method: "POST", headers, body });
      const text = await answer.text();
      if (answer.ok) left.add(email);
      else refused.push(`${answer.status} ${text}`);
      await pause(short ? 5 : 20);
    }
  };
  await Promise.all(Array.from({ length: importers }, program));
  return { left, refused };
}

async function deadlocks({ installation }: Stage): Promise<number> {
  const [row] = await installation.deps.sql<{ deadlocks: number }[]>`
    select deadlocks from pg_stat_database where datname = current_database()`;
  return row!.deadlocks;
}
