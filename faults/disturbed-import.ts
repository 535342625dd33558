import type { Sql } from "@roster/store/open.ts";
import type { ContactFile } from "./contact-file.ts";
import { DisturbedJob } from "./disturbed-job.ts";
import { upload } from "./house-client.ts";
import type { Tenant } from "./installation.ts";
import { contradictions, differences, type ImportPlace } from "./outcome.ts";
import { ProgressWatch } from "./progress-watch.ts";
import type { Stage } from "./scenario.ts";

/** An import that is disturbed while it runs, and at its end compared with the undisturbed one. */
export class DisturbedImport extends DisturbedJob {
  readonly #outcomeSql: Sql;
  readonly #calm: ImportPlace;
  readonly #watch: ProgressWatch;

  private constructor(
    stage: Stage,
    parts: { tenant: Tenant; jobId: string; file: ContactFile; calm: ImportPlace },
  ) {
    const { tenant, jobId, file, calm } = parts;
    super(stage, { tenantId: tenant.tenantId, jobId }, file.rows);
    this.#outcomeSql = stage.installation.deps.sql;
    this.#calm = calm;
    this.#watch = new ProgressWatch(stage.installation.url, tenant, jobId);
  }

  /** Uploads a file in a tenant of its own. @param send the upload, where that is what gets disturbed */
  static async begin(
    stage: Stage,
    file: ContactFile,
    send: (tenant: Tenant) => Promise<{ jobId: string }> = (tenant) =>
      upload(stage.installation.url, tenant, file.csv),
  ): Promise<DisturbedImport> {
    const calm = await stage.calm(file);
    const tenant = await stage.newTenant(file);
    const { jobId } = await send(tenant);
    return new DisturbedImport(stage, { tenant, jobId, file, calm });
  }

  /** Waits for the end and compares with the undisturbed import. */
  override async end(since: number): Promise<{ finishedAfter: number; problems: string[] }> {
    const { finishedAfter, problems } = await super.end(since);
    await this.#watch.end();
    problems.push(
      ...this.#watch.problems,
      ...(await differences(this.#outcomeSql, this.#calm, this.place)),
      ...(await contradictions(this.#outcomeSql, this.place)),
    );
    if (this.#watch.looks < 2) problems.push("the progress was never seen");
    return { finishedAfter, problems };
  }
}
