import type { AppRouter } from "@roster/api/trpc/router.ts";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { type Rest, restStream } from "./rest-stream.ts";

type Outputs = inferRouterOutputs<AppRouter>["health"];
type Inputs = inferRouterInputs<AppRouter>["health"];

/** How healthy a list is; what only a run knows is null before the first one. Times are ISO 8601 texts. */
export type HealthStats = Outputs["stats"];

/** What one health run came to. */
export type HealthRun = Outputs["runs"]["runs"][number];

/** A contact as it is now, with what a run found of it. */
export type HealthFinding = Outputs["findings"]["findings"][number];

/** Whom a run found: the run, the latest where it is left out, and of them a class, or those with a reason. */
export type FindingsOptions = Pick<Inputs["findings"], "runId" | "class" | "reason"> & {
  signal?: AbortSignal;
};

/** All that a run found as a CSV. @throws RosterError when the server refuses, or cannot be reached */
export function exportFindings(
  rest: Rest,
  { signal, ...which }: FindingsOptions = {},
): Promise<ReadableStream<Uint8Array>> {
  const given = Object.entries(which).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
  return restStream(rest, `/v1/contacts/health/findings/export${query}`, signal);
}
