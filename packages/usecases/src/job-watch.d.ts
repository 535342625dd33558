import type { TenantScope } from "@roster/domain/scope.ts";
import type { Deps } from "./deps.ts";
import { type JobView } from "./jobs.ts";
/**
 * A job's state now, and again whenever it changes, until it has ended or `signal` is aborted.
 * @throws Refused missing_scope, not_found
 */
export declare function watchJob(deps: Deps, scope: TenantScope, jobId: string, signal: AbortSignal): AsyncGenerator<JobView>;
