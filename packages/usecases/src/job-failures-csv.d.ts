import type { TenantScope } from "@roster/domain/scope.ts";
import type { Deps } from "./deps.ts";
/** The name of the last column: what was wrong with the row. */
export declare const reasonHeader = "error";
/**
 * The rows that failed as a CSV: the file's own headers and cells, and the reason at the end, so that it can be
 * corrected and imported as it is (a column called “error” is kept as an attribute unless it is removed). Rows of JSON
 * files come as their text. Memory stays flat however many rows failed.
 * @throws Refused missing_scope, not_found
 */
export declare function jobFailuresCsv(deps: Deps, scope: TenantScope, jobId: string): Promise<AsyncIterable<string>>;
