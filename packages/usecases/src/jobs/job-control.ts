import type { JobError } from "@roster/domain/jobs/job.ts";
import type { MailDomains } from "../health/mail-domains.ts";
import { type BatchSize, defaultBatchSize } from "../imports/import-batches.ts";

/** What a job's work asks between two batches, and what may be set for it. */
export type JobControl = {
  /**
   * Whether to leave after this batch: the process is asked to leave, the job is cancelled, or its slice is over and
   * another job waits. While nobody waits, one slice follows the other: leaving and coming back costs a second in ten.
   */
  shouldStop(): Promise<boolean>;
  /** Whether the process is asked to leave or the job is cancelled, whatever the time. */
  readonly mustStop: boolean;
  /** Says that the job's owner wants it to stop. */
  cancel(): void;
  readonly cancelled: boolean;
  batchSize: BatchSize;
  /** Batches that are written at once. Two keep both Postgres and this process busy; more only share the cores. */
  lanes: number;
  /** Tells health runs which domains take mail; null where the operator wants nobody asked. */
  mailDomains: MailDomains | null;
};

export type JobSettings = {
  sliceMs: number;
  batchSize: BatchSize;
  lanes: number;
  /** A job whose holder was not heard of for this long is given to another worker; the holder reports in a fourth of it. */
  leaseMs: number;
  /** Tells health runs which domains take mail; null where the operator wants nobody asked. */
  mailDomains: MailDomains | null;
};

/**
 * Three seconds a slice: a small import behind a large one starts within that time. Twenty seconds without a word: a
 * worker on a busy machine is not taken for dead, and a dead one's job goes on within a minute.
 */
export const defaultJobSettings: JobSettings = {
  sliceMs: 3000,
  batchSize: defaultBatchSize,
  lanes: 2,
  leaseMs: 20_000,
  mailDomains: null,
};

/**
 * @param leave aborted when the process is asked to leave
 * @param othersWait whether there is a job that nobody works on
 */
export function jobControl(
  settings: JobSettings,
  leave: AbortSignal,
  othersWait: () => Promise<boolean>,
): JobControl {
  let until = performance.now() + settings.sliceMs;
  let cancelled = false;
  const mustStop = () => cancelled || leave.aborted;
  return {
    async shouldStop() {
      if (mustStop()) return true;
      if (performance.now() < until) return false;
      if (await othersWait()) return true;
      until = performance.now() + settings.sliceMs;
      return false;
    },
    get mustStop() {
      return mustStop();
    },
    cancel: () => {
      cancelled = true;
    },
    get cancelled() {
      return cancelled;
    },
    batchSize: settings.batchSize,
    lanes: settings.lanes,
    mailDomains: settings.mailDomains,
  };
}

/** The job as a whole cannot go on, and trying again would not help. */
export class JobFailed extends Error {
  readonly jobError: JobError;

  constructor(jobError: JobError) {
    super(jobError.message);
    this.jobError = jobError;
  }
}
