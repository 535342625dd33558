import { type Job, type Lease } from "@roster/store/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import type { Deps } from "./deps.ts";
import { type JobControl } from "./job-control.ts";
/**
 * One slice of an import: goes on where the ledger ends and works until the file ends, the slice's time is over, or
 * somebody asks for a stop. Every batch is one transaction, so that a kill at any instruction loses nothing.
 * @returns `done` at the end of the file, `stopped` when `control` said so
 * @throws JobFailed when the file cannot be imported, Fenced when somebody else has the job
 */
export declare function runImport(deps: Deps, job: Job, lease: Lease, control: JobControl): Promise<"done" | "stopped">;
/** Takes away what only a running import needs. */
export declare function cleanUpImport(tx: Tx, job: Job): Promise<void>;
