import { pause } from "./clock.ts";
import { ask, type HouseRequest, insist, type JobStarted, json } from "./house-client.ts";
import type { Tenant } from "./installation.ts";
import type { Stage } from "./scenario.ts";

/** An import that changes and adds people, or a change of all. */
export async function startChangingJob(
  url: string,
  tenant: Tenant,
  n: number,
  people: number,
): Promise<string> {
  const rows = Array.from(
    { length: Math.floor(people / 2) },
    (_, i) => `p${i * 3}@example.com,Imported ${n}\n`,
  );
  const file = { type: "text/csv", content: `email,firstName\n${rows.join("")}` };
  const change = { filter: {}, change: { action: "add_tags", tags: [`t${n}`] } };
  const { answer } = await insist<JobStarted>(
    url,
    tenant,
    n % 2 === 0
      ? { method: "POST", path: "/v1/contacts/imports", body: file }
      : { method: "POST", path: "/v1/contacts/bulk", body: json(change) },
  );
  return answer.data.jobId;
}

/** Two programs that change, delete and make people one by one. @returns how many answers they got */
export async function changeOneByOne(
  { chance, installation }: Stage,
  tenant: Tenant,
  over: AbortSignal,
): Promise<number> {
  const people = await installation.deps.sql<{ id: string; email: string }[]>`
    select id, email from contacts where tenant_id = ${tenant.tenantId} order by email`;
  let answered = 0;
  const send = async (request: HouseRequest) => {
    const answer = await ask(installation.url, tenant, request).catch(() => null);
    if (answer !== null && answer.status < 300) answered++;
    await pause(10);
  };
  const program = async (name: string) => {
    for (let n = 0; !over.aborted; n++) {
      const { id, email } = people[chance.below(people.length)]!;
      const body = json({ firstName: `${name} ${n}` });
      await send({ method: "PATCH", path: `/v1/contacts/${id}`, body });
      await send({ method: "DELETE", path: `/v1/contacts/${id}` });
      // Some are made again: somebody else, of the same address.
      const made = chance.below(2) === 0 ? email : `${name}${n}@example.com`;
      await send({ method: "POST", path: "/v1/contacts", body: json({ email: made, firstName: name }) });
    }
  };
  await Promise.all([program("ann"), program("bob")]);
  return answered;
}
