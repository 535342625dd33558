import type { Job } from "@roster/store/jobs/jobs.ts";
import { settingsOf } from "../accounts/tenant-settings.ts";
import type { Deps } from "../deps.ts";
import { EventRowReader, eventColumnsOfFile } from "../events/import-event-rows.ts";
import { EventTarget } from "../events/import-events.ts";
import { JobFailed } from "../jobs/job-control.ts";
import { ContactTarget } from "./import-contacts.ts";
import { columnsOfFile, RowReader } from "./import-rows.ts";
import { SuppressionTarget } from "./import-suppressions.ts";
import type { ImportPart, ImportTarget } from "./import-target.ts";
import type { ImportOptions } from "./imports.ts";
import { KnownKeys } from "./known-keys.ts";
import type { SourceShape } from "./source/shape.ts";

/**
 * What an import's rows become, and how they are read: by the file's columns as its owner and their names say.
 * @throws JobFailed when the columns cannot be used
 */
export async function openTarget(
  part: ImportPart,
  job: Job,
  options: ImportOptions,
  shape: SourceShape,
): Promise<ImportTarget> {
  const { deps, policy } = part;
  switch (policy.target) {
    case "contacts": {
      const known = await knownKeys(deps, job, options, shape);
      return new ContactTarget({ ...part, reader: rowReader(shape, options) }, known);
    }
    case "suppressions":
      return new SuppressionTarget({ ...part, reader: rowReader(shape, options) });
    case "events": {
      const mapped = eventColumnsOfFile(shape, policy);
      if (!mapped.ok) throw new JobFailed(mapped.problem);
      // An event's age is measured by when it came: whatever happens to the job, the report is the same.
      const reader = new EventRowReader(mapped.columns, policy, job.createdAt);
      return new EventTarget(part, reader, await settingsOf(deps.sql, job.tenantId));
    }
  }
}

/** Reads rows of contacts or addresses. @throws JobFailed when the columns cannot be used */
export function rowReader(shape: SourceShape, { policy }: ImportOptions): RowReader {
  const mapped = columnsOfFile(shape, policy);
  if (!mapped.ok) throw new JobFailed(mapped.problem);
  return new RowReader(mapped.columns, policy);
}

/** Nothing would refuse a dry run's wrong guess: it looks everything up. */
async function knownKeys(
  deps: Deps,
  job: Job,
  { policy }: ImportOptions,
  shape: SourceShape,
): Promise<KnownKeys | null> {
  return policy.dryRun ? null : KnownKeys.open(deps.sql, job.tenantId, unpackedBytes(job, shape));
}

/** About how large the upload is when it is unpacked: tables of contacts shrink to an eighth. */
function unpackedBytes({ bytesTotal }: Job, { gzip }: SourceShape): number {
  return (bytesTotal ?? 0) * (gzip ? 8 : 1);
}
