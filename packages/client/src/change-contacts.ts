import type { AppRouter } from "@roster/api/trpc/router.ts";
import type { inferRouterInputs } from "@trpc/server";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { type ImportFile, type UploadTarget, uploadIdOf } from "./import-file.ts";
import { withSecondTry } from "./second-try.ts";

type Bulk = inferRouterInputs<AppRouter>["contacts"]["bulk"];

/** What is done to each of the contacts. */
export type ContactChange = Bulk["change"];

/**
 * Whom a change is about: by their ids, any number of them, also as a file with an id on each line; or by a filter, where an
 * empty one means everybody.
 */
export type WhichContacts =
  | { ids: readonly string[] }
  | { idsFile: ImportFile }
  | { filter: NonNullable<Bulk["filter"]>; excludeIds?: readonly string[] };

export type ChangeOptions = { name?: string; signal?: AbortSignal };

/** As many fit in one call; more of them are sent as a file. */
const callIds = 10_000;

/**
 * Starts a job that changes many contacts. Where no answer comes, it is asked for a second time with the same Idempotency-Key,
 * so that there is one job.
 * @throws RosterError when the server refuses, or cannot be reached
 */
export async function changeContacts(
  target: UploadTarget,
  which: WhichContacts,
  change: ContactChange,
  { name, signal }: ChangeOptions = {},
): Promise<{ jobId: string }> {
  const subjects = await subjectsOf(target, which, signal);
  const context = { idempotencyKey: newIdempotencyKey() };
  const input: Bulk = { ...subjects, change, ...(name !== undefined && { name }) };
  const start = () => target.trpc.contacts.bulk.mutate(input, { context, ...(signal && { signal }) });
  const { jobId } = await withSecondTry(start, signal);
  return { jobId };
}

async function subjectsOf(
  target: UploadTarget,
  which: WhichContacts,
  signal?: AbortSignal,
): Promise<Pick<Bulk, "ids" | "uploadId" | "filter" | "excludeIds">> {
  if ("filter" in which) {
    return { filter: which.filter, ...(which.excludeIds && { excludeIds: [...which.excludeIds] }) };
  }
  if ("ids" in which && which.ids.length <= callIds) return { ids: [...which.ids] };
  // One by line: an id has no line's end in it, or is none.
  const file =
    "ids" in which
      ? new Blob([which.ids.map((id) => id.replaceAll(/[\r\n]/g, " ")).join("\n")])
      : which.idsFile;
  return { uploadId: await uploadIdOf(target, file, signal) };
}
