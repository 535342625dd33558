import { type Audience, makeAudience } from "./audience.ts";
import type { Chance } from "./chance.ts";
import { until } from "./clock.ts";
import type { ContactFile } from "./contact-file.ts";
import { askJob, upload } from "./house-client.ts";
import type { Installation, Tenant } from "./installation.ts";
import type { ImportPlace } from "./outcome.ts";
import type { Stage } from "./scenario.ts";

/** Everything of a stage but the scenario's own chance. */
export type Scenery = Omit<Stage, "chance">;

/** Sets the stage on an installation; it is shared by scenarios that leave it as they found it. */
export function buildScenery(
  installation: Installation,
  files: Stage["files"],
  { short, seed, say }: Pick<Stage, "short" | "seed" | "say">,
): Scenery {
  const calms = new Map<ContactFile, Promise<ImportPlace>>();
  const newTenant = async (file: ContactFile): Promise<Tenant> => {
    const tenant = await installation.newTenant();
    const { jobId } = await upload(installation.url, tenant, file.base);
    await untilCompleted(installation.url, tenant, jobId);
    return tenant;
  };
  const importCalmly = async (file: ContactFile): Promise<ImportPlace> => {
    const tenant = await newTenant(file);
    const started = performance.now();
    const { jobId } = await upload(installation.url, tenant, file.csv);
    await untilCompleted(installation.url, tenant, jobId);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`undisturbed, the file of ${file.rows} rows takes ${seconds} s`);
    return { tenantId: tenant.tenantId, jobId };
  };
  let audience: Promise<Audience> | null = null;
  return {
    installation,
    files,
    short,
    seed,
    say,
    newTenant,
    audience() {
      audience ??= makeAudience({ installation, seed }, short ? 22_000 : 200_000);
      return audience;
    },
    calm(file) {
      const calm = calms.get(file) ?? importCalmly(file);
      calms.set(file, calm);
      return calm;
    },
  };
}

export function stageOf(scenery: Scenery, chance: Chance): Stage {
  return { ...scenery, chance };
}

/** Makes a tenant with so many contacts: `p0@example.com` and so on. */
export async function newPeople({ installation }: Stage, people: number): Promise<Tenant> {
  const tenant = await installation.newTenant();
  const lines = Array.from({ length: people }, (_, n) => `p${n}@example.com,P${n}\n`);
  const { jobId } = await upload(installation.url, tenant, Buffer.from(`email,firstName\n${lines.join("")}`));
  await untilCompleted(installation.url, tenant, jobId);
  return tenant;
}

/** @throws Error when a job ends in another way */
export async function untilCompleted(url: string, tenant: Tenant, jobId: string): Promise<void> {
  const job = await until(
    "the job ends",
    async () => {
      const answer = await askJob(url, tenant, jobId);
      return answer === null || answer.state === "queued" || answer.state === "running" ? null : answer;
    },
    50,
  );
  if (job.state !== "completed") throw new Error(`A job ended as ${job.state}: ${JSON.stringify(job)}`);
}
