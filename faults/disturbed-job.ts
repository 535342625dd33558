import type { Sql } from "@roster/store/open.ts";
import { pause, secondsSince, until } from "./clock.ts";
import { missed, type Stage, type Verdict } from "./scenario.ts";

/** A job finishes within this time of the end of the last fault. */
const finishSeconds = 60;

/** A job as the database has it. */
export type JobRow = { state: string; rowsDone: number; rowsTotal: number | null; epoch: number };

export type JobPlace = { tenantId: string; jobId: string };

/** A job that is disturbed while it runs. */
export class DisturbedJob {
  readonly place: JobPlace;
  readonly #sql: Sql;
  /** What it goes through, null where nobody knows before it says so. */
  readonly #rows: number | null;
  #faults = 0;
  #landed = 0;
  #slowestReturn: number | null = null;

  constructor({ installation }: Stage, place: JobPlace, rows: number | null = null) {
    this.place = place;
    this.#sql = installation.deps.sql;
    this.#rows = rows;
  }

  /** The job, as soon as the database can be asked. */
  async look(): Promise<JobRow> {
    const { tenantId, jobId } = this.place;
    return until("the database answers", async () => {
      const [row] = await this.#sql<JobRow[]>`
        select state, rows_done, rows_total, epoch from jobs where tenant_id = ${tenantId} and id = ${jobId}`;
      return row ?? null;
    });
  }

  /** Resolves when a share of its rows is written, and `ms` later; at once when the job has ended. */
  async reach(share: number, ms: number): Promise<void> {
    await until(
      `${Math.round(share * 100)} % of the rows are written`,
      async () => {
        const { rowsDone, rowsTotal, state } = await this.look();
        const all = this.#rows ?? rowsTotal ?? 1;
        return (rowsDone > 0 && rowsDone >= share * all) || isOver(state) ? true : null;
      },
      5,
    );
    await pause(ms);
  }

  /** Notes that a fault has just happened. @returns the job at that moment */
  async note(): Promise<JobRow> {
    const job = await this.look();
    this.#faults++;
    const isAtEnd = isOver(job.state) || (this.#rows !== null && job.rowsDone >= this.#rows);
    if (job.rowsDone > 0 && !isAtEnd) this.#landed++;
    return job;
  }

  /** Resolves when somebody has taken the job up since a fault, or it has ended. @param since when the fault was over */
  async takenUpAgain(before: JobRow, since: number): Promise<void> {
    await until("the job is taken up again", async () => {
      const { epoch, state } = await this.look();
      return epoch > before.epoch || state !== "running" ? true : null;
    });
    this.#slowestReturn = Math.max(this.#slowestReturn ?? 0, secondsSince(since));
  }

  /** Waits for the end. @param since when the last fault was over @returns seconds since then, and what is wrong with it */
  async end(since: number): Promise<{ finishedAfter: number; problems: string[] }> {
    const state = await until("the job ends", async () => {
      const job = await this.look();
      return isOver(job.state) ? job.state : null;
    });
    const finishedAfter = secondsSince(since);
    const problems = state === "completed" ? [] : [`the job ended as ${state}`];
    if (finishedAfter > finishSeconds)
      problems.push(`the job finished ${finishedAfter} s after the last fault`);
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

function isOver(state: string): boolean {
  return state !== "queued" && state !== "running";
}

/** Several disturbed jobs as one finding. */
export function together(verdicts: readonly Verdict[]): Verdict {
  const sum = (pick: (verdict: Verdict) => number) => verdicts.reduce((n, verdict) => n + pick(verdict), 0);
  const longest = (pick: (verdict: Verdict) => number | null) => {
    const known = verdicts.map(pick).filter((n) => n !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    faults: sum(({ faults }) => faults),
    landed: sum(({ landed }) => landed),
    slowestReturn: longest(({ slowestReturn }) => slowestReturn),
    finishedAfter: longest(({ finishedAfter }) => finishedAfter),
    problems: verdicts.flatMap(({ problems }) => problems),
    notes: verdicts.flatMap(({ notes }) => notes),
  };
}
