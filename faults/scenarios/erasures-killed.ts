import { placesOf } from "../address-walk.ts";
import { pause, secondsSince, until } from "../clock.ts";
import { insist, type JobStarted, json } from "../house-client.ts";
import { killAndAwaitNext, killPostgres, type Tenant } from "../installation.ts";
import { missed, type Scenario, type Stage } from "../scenario.ts";
import { untilCompleted } from "../stage.ts";

/** People are forgotten, with every copy of their address, while the worker and PostgreSQL are killed. */
export const erasuresKilled: Scenario = {
  name: "erasures-killed",
  what: "8 people erased with all copies of their addresses, the worker or PostgreSQL killed in the middle of each",
  async run(stage) {
    const { chance, installation, short } = stage;
    const tenant = await installation.newTenant();
    const often = Array.from({ length: 8 }, (_, n) => (n < 5 ? ("worker" as const) : ("postgres" as const)));
    const kinds = short ? (["worker"] as const) : chance.shuffled(often);
    const problems: string[] = [];
    let landed = 0;
    let finishedAfter = 0;
    for (const [n, kind] of kinds.entries()) {
      const end = await eraseDisturbed(stage, tenant, `gone${n}@forgotten.example`, kind);
      if (end.landed) landed++;
      finishedAfter = Math.max(finishedAfter, end.finishedAfter);
      problems.push(...end.problems);
    }
    problems.push(...missed(kinds.length, landed, "while copies were looked for"));
    return { faults: kinds.length, landed, slowestReturn: null, finishedAfter, problems, notes: [] };
  },
};

async function eraseDisturbed(
  stage: Stage,
  tenant: Tenant,
  email: string,
  kind: "worker" | "postgres",
): Promise<{ landed: boolean; finishedAfter: number; problems: string[] }> {
  const { chance, installation, short } = stage;
  const { sql } = installation.deps;
  const { tenantId } = tenant;
  await keepCopies(stage, tenant, email);
  const problems: string[] = [];
  const before = await placesOf(sql, tenantId, email);
  if (before.length < fewestPlaces) problems.push(`the address was only in ${before.join(", ")}`);
  const request = { method: "POST", path: "/v1/erasures", body: json({ email }) } as const;
  const { answer } = await insist<{ data: { id: string; jobId: string } }>(installation.url, tenant, request);
  const { id, jobId } = answer.data;
  const look = async () => {
    const [job] = await sql<{ epoch: number; over: boolean }[]>`
      select epoch, finished_at is not null as over from jobs where tenant_id = ${tenantId} and id = ${jobId}`;
    return job!;
  };
  await until("the search begins", async () => ((await look()).epoch > 0 ? true : null), 2);
  await pause(chance.below(short ? 60 : 250));
  if (kind === "worker") await killAndAwaitNext(installation.worker);
  else await killPostgres(installation);
  const since = performance.now();
  const { over } = await until("the database answers", look);
  await untilCompleted(installation.url, tenant, jobId);
  const finishedAfter = secondsSince(since);

  const left = await placesOf(sql, tenantId, email);
  if (left.length > 0) problems.push(`${email} is still in ${left.join(", ")}`);
  const [erasure] = await sql<{ done: boolean; contacts: number; uploads: number }[]>`
    select finished_at is not null and email is null as done, (removed ->> 'contacts')::int as contacts,
      (removed ->> 'uploads')::int as uploads
    from erasures where tenant_id = ${tenantId} and id = ${id}`;
  const { done, contacts, uploads } = erasure!;
  if (!done || contacts !== 1 || uploads !== files.length) {
    problems.push(`the erasure says ${JSON.stringify(erasure)}`);
  }
  return { landed: !over, finishedAfter, problems };
}

/** Of these sizes, in people, are the files in which somebody stands: the first is imported, the others are only kept. */
const files = [300, 5000, 5000];

/** In so many columns an address stands that was left where `keepCopies` leaves it. */
const fewestPlaces = 8;

/** Leaves an address in the profile, in files, in failed rows, kept answers, undo data and jobs. */
async function keepCopies({ installation, short }: Stage, tenant: Tenant, email: string): Promise<void> {
  const { url } = installation;
  const file = (people: number, n: number) => {
    const rows = Array.from({ length: people }, (_, i) => `f${n}p${i}@example.com,F${i},x\n`);
    const own = [`${email},Gone,x\n`, `bad row of ${email},Gone,x\n`];
    // The imported file's header would be a name of everybody's attribute: others' data, which stays.
    const header = n === 0 ? "email,firstName,asked" : `email,firstName,asked ${email}`;
    return Buffer.from(`${header}\n${rows.join("")}${own.join("")}`);
  };
  const person = json({ email, metadata: { note: `write to ${email}` } });
  const made = {
    method: "POST",
    path: "/v1/contacts",
    body: person,
    idempotencyKey: `make-${email}`,
  } as const;
  await insist(url, tenant, made);
  for (const [n, size] of files.entries()) {
    const path = n === 0 ? `/v1/contacts/imports?name=${email}.csv` : "/v1/contacts/imports/preview";
    const body = { type: "text/csv", content: file(short ? size : size * 10, n) };
    const { answer } = await insist<JobStarted>(url, tenant, { method: "POST", path, body });
    if (n === 0) await untilCompleted(url, tenant, answer.data.jobId);
  }
  const change = { action: "add_tags", tags: ["x"] };
  const bulk = json({ filter: { email }, change, name: `about ${email}` });
  const request = { method: "POST", path: "/v1/contacts/bulk", body: bulk } as const;
  const { answer } = await insist<JobStarted>(url, tenant, request);
  await untilCompleted(url, tenant, answer.data.jobId);
}
