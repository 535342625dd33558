import type { Sql } from "@roster/store/open.ts";
import { pause, secondsSince, until } from "./clock.ts";
import type { ContactFile } from "./contact-file.ts";
import { upload } from "./house-client.ts";
import type { Tenant } from "./installation.ts";
import { contradictions, differences, type ImportPlace } from "./outcome.ts";
import { ProgressWatch } from "./progress-watch.ts";
import { missed, type Stage, type Verdict } from "./scenario.ts";

/** A job finishes within this time of the end of the last fault. */
const finishSeconds = 60;

type JobRow = { state: string; rowsDone: number; epoch: number; batches: number };

/** An import that is disturbed while it runs, and at its end compared with the undisturbed one. */
export class DisturbedImport {
  readonly tenant: Tenant;
  readonly place: ImportPlace;
  readonly file: ContactFile;
  readonly #sql: Sql;
  readonly #calm: ImportPlace;
  readonly #calmBatches: number;
  readonly #watch: ProgressWatch;
  #faults = 0;
  #landed = 0;
  #slowestReturn = 0;

  private constructor(
    stage: Stage,
    parts: { tenant: Tenant; jobId: string; file: ContactFile; calm: ImportPlace; calmBatches: number },
  ) {
    this.tenant = parts.tenant;
    this.place = { tenantId: parts.tenant.tenantId, jobId: parts.jobId };
    this.file = parts.file;
    this.#sql = stage.installation.deps.sql;
    this.#calm = parts.calm;
    this.#calmBatches = parts.calmBatches;
    this.#watch = new ProgressWatch(stage.installation.url, parts.tenant, parts.jobId);
  }

  /** Uploads a file in a tenant of its own. @param send the upload, where that is what gets disturbed */
  static async begin(
    stage: Stage,
    file: ContactFile,
    send: (tenant: Tenant) => Promise<{ jobId: string }> = (tenant) =>
      upload(stage.installation.url, tenant, file.csv),
  ): Promise<DisturbedImport> {
    const calm = await stage.calm(file);
    const { sql } = stage.installation.deps;
    const [ledger] = await sql<{ n: number }[]>`
      select count(*) as n from import_batches where tenant_id = ${calm.tenantId} and job_id = ${calm.jobId}`;
    const tenant = await stage.newTenant(file);
    const { jobId } = await send(tenant);
    return new DisturbedImport(stage, { tenant, jobId, file, calm, calmBatches: ledger!.n });
  }

  /** The job as the database has it, as soon as the database can be asked. */
  async look(): Promise<JobRow> {
    const { tenantId, jobId } = this.place;
    return until("the database answers", async () => {
      const [row] = await this.#sql<JobRow[]>`
        select state, rows_done, epoch, (
          select count(*) from import_batches b where b.tenant_id = j.tenant_id and b.job_id = j.id
        ) as batches
        from jobs j where tenant_id = ${tenantId} and id = ${jobId}`;
      return row ?? null;
    });
  }

  /** Resolves when a share of the file's rows is written, and `ms` later; at once when the job has ended. */
  async reach(share: number, ms: number): Promise<void> {
    await until(
      `${Math.round(share * 100)} % of the rows are written`,
      async () => {
        const { rowsDone, state } = await this.look();
        return rowsDone >= share * this.file.rows || !["queued", "running"].includes(state) ? true : null;
      },
      5,
    );
    await pause(ms);
  }

  /** Notes that a fault has just happened. @returns the job at that moment */
  async note(): Promise<JobRow> {
    const job = await this.look();
    this.#faults++;
    if (job.batches > 0 && job.batches < this.#calmBatches) this.#landed++;
    return job;
  }

  /** Resolves when somebody has taken the job up since a fault, or it has ended. @param since when the fault was over */
  async takenUpAgain(before: JobRow, since: number): Promise<void> {
    await until("the job is taken up again", async () => {
      const { epoch, state } = await this.look();
      return epoch > before.epoch || state !== "running" ? true : null;
    });
    this.#slowestReturn = Math.max(this.#slowestReturn, secondsSince(since));
  }

  /**
   * Waits for the end and compares with the undisturbed import.
   * @param since when the last fault was over
   * @returns seconds since then, and what is wrong
   */
  async end(since: number): Promise<{ finishedAfter: number; problems: string[] }> {
    await until("the job ends", async () => {
      const { state } = await this.look();
      return state === "queued" || state === "running" ? null : state;
    });
    const finishedAfter = secondsSince(since);
    await this.#watch.end();
    const problems = [
      ...this.#watch.problems,
      ...(await differences(this.#sql, this.#calm, this.place)),
      ...(await contradictions(this.#sql, this.place)),
    ];
    if (finishedAfter > finishSeconds)
      problems.push(`the job finished ${finishedAfter} s after the last fault`);
    if (this.#watch.looks < 2) problems.push("the progress was never seen");
    return { finishedAfter, problems };
  }

  /** Waits for the end and judges the whole. @param since when the last fault was over */
  async verdict(since: number, notes: string[] = []): Promise<Verdict> {
    const { finishedAfter, problems } = await this.end(since);
    problems.push(...missed(this.#faults, this.#landed, "between the first and the last batch"));
    return {
      faults: this.#faults,
      landed: this.#landed,
      slowestReturn: this.#slowestReturn,
      finishedAfter,
      problems,
      notes,
    };
  }
}
