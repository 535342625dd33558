import { pause } from "./clock.ts";
import { askJob, type JobAnswer } from "./house-client.ts";
import type { Tenant } from "./installation.ts";

const rank = { queued: 0, running: 1, completed: 2, failed: 2, cancelled: 2 };

/** Looks at a job as a person would, again and again, and notes whatever moved backwards. */
export class ProgressWatch {
  readonly problems: string[] = [];
  looks = 0;
  #last: JobAnswer | null = null;
  #over = false;
  readonly #watching: Promise<void>;

  constructor(url: string, tenant: Tenant, jobId: string) {
    this.#watching = this.#watch(url, tenant, jobId);
  }

  /** Looks a last time and stops. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#watching;
  }

  async #watch(url: string, tenant: Tenant, jobId: string): Promise<void> {
    for (;;) {
      const over = this.#over;
      try {
        const job = await askJob(url, tenant, jobId);
        if (job !== null) this.#compare(job);
      } catch (error) {
        this.problems.push((error as Error).message);
      }
      if (over) return;
      await pause(25);
    }
  }

  #compare(job: JobAnswer): void {
    const last = this.#last;
    this.looks++;
    this.#last = job;
    if (last === null) return;
    if (rank[job.state] < rank[last.state]) this.#backwards("state", last.state, job.state);
    for (const name of ["progress", "processed", "bytesDone"] as const) {
      if (job[name] < last[name]) this.#backwards(name, last[name], job[name]);
    }
    for (const [name, n] of Object.entries(last.counters)) {
      if (job.counters[name]! < n) this.#backwards(name, n, job.counters[name]);
    }
  }

  #backwards(name: string, from: unknown, to: unknown): void {
    this.problems.push(`${name} went back from ${from} to ${to}`);
  }
}
