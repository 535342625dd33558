import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { SeenContacts } from "@roster/domain/imports/dedupe.ts";
import {
  type BulkChange,
  type BulkSubject,
  listsOfChange,
  readSubject,
} from "@roster/domain/jobs/bulk-change.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { listFoundContacts } from "@roster/store/health/health-findings.ts";
import { readUpload } from "@roster/store/imports/upload-chunks.ts";
import { deleteUpload, uploadById } from "@roster/store/imports/uploads.ts";
import { countSubjects, insertJobContacts } from "@roster/store/jobs/job-contacts.ts";
import { insertJob } from "@roster/store/jobs/jobs.ts";
import { inside, type Tx } from "@roster/store/open.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { requireLists } from "../lists/list-changes.ts";
import { inTime, segmentSnapshot, snapshotCondition } from "../segments/segment-evaluation.ts";
import { idLines } from "./bulk-id-lines.ts";
import type { BulkOptions } from "./bulk-options.ts";
import type { BulkSubjects } from "./bulk-subjects.ts";

/** Ids that are kept by one statement. */
const listPart = 10_000;

/**
 * Queues a change of many contacts: the job, its list and its place in the queue are one transaction.
 * @param input.name what the job is called, for people
 * @throws Refused missing_scope, not_found (the upload, a list, the segment), bad_upload
 */
export async function startBulkChange(
  deps: Deps,
  scope: TenantScope,
  input: { subjects: BulkSubjects; change: BulkChange; name: string | null },
): Promise<{ jobId: string; status: "queued" }> {
  requireScope(scope, "contacts:write");
  const { change, name, subjects } = input;
  const jobId = deps.newId();
  const lists = listsOfChange(change);
  await deps.sql.begin(async (tx) => {
    await requireLists(tx, scope.tenantId, [...lists.add, ...lists.remove]);
    const { about, total } = await keepSubjects(deps, tx, scope, jobId, subjects);
    const { accountId, keyId } = scope;
    const options: BulkOptions = { name, change, subjects: about, keyId, accountId };
    await insertJob(tx, {
      tenantId: scope.tenantId,
      id: jobId,
      kind: "bulk",
      options,
      uploadId: null,
      bytesTotal: null,
      rowsTotal: total,
      undoable: change.action !== "delete",
      createdBy: scope.keyId,
    });
  });
  return { jobId, status: "queued" };
}

/** Keeps the ids of a job, and says what its row has to say about its subjects and how many they are. */
async function keepSubjects(
  deps: Deps,
  tx: Tx,
  scope: TenantScope,
  jobId: string,
  subjects: BulkSubjects,
): Promise<{ about: BulkOptions["subjects"]; total: number }> {
  if ("filter" in subjects) {
    const { filter, excludeIds = [] } = subjects;
    if (filter.listId !== undefined) await requireLists(tx, scope.tenantId, [filter.listId]);
    await keepList(tx, scope, jobId, [excludeIds]);
    const { segmentId, ...rest } = filter;
    if (segmentId === undefined) {
      const { n, newestId } = await countSubjects(tx, scope.tenantId, jobId, rest);
      return { about: { by: "filter", filter, upToId: newestId }, total: n };
    }
    const segment = await segmentSnapshot(deps, tx, scope, segmentId);
    const where = { ...rest, segment: snapshotCondition(segment) };
    const { n, newestId } = await inTime(
      { ...deps, sql: inside(tx) },
      (part) => countSubjects(part, scope.tenantId, jobId, where),
      { field: "filter.segmentId" },
    );
    return { about: { by: "filter", filter, segment, upToId: newestId }, total: n };
  }
  const about = { by: "list" as const };
  if ("found" in subjects) {
    const { runId, ...filter } = subjects.found;
    return { about, total: await listFoundContacts(tx, scope.tenantId, runId, filter, jobId) };
  }
  if ("ids" in subjects) return { about, total: await keepList(tx, scope, jobId, [subjects.ids]) };
  return { about, total: await keepUploadedList(tx, scope, jobId, subjects.uploadId) };
}

/** Moves the ids of an upload into the job's list. */
async function keepUploadedList(
  tx: Tx,
  scope: TenantScope,
  jobId: string,
  uploadId: string,
): Promise<number> {
  const { tenantId } = scope;
  const upload = z.uuid().safeParse(uploadId).success ? await uploadById(tx, tenantId, uploadId) : null;
  if (upload === null || upload.completedAt === null)
    throw new Refused({ code: "not_found", what: "upload" });
  const total = await keepList(tx, scope, jobId, idLines(readUpload(tx, tenantId, upload.id)));
  if (total === 0) {
    const message = "The file holds no id. Send a file with the id of one contact on each line.";
    throw new Refused({ code: "bad_upload", problem: "empty_file", message });
  }
  await deleteUpload(tx, tenantId, upload.id);
  return total;
}

/** Keeps ids in their order, part by part. @returns how many */
async function keepList(
  tx: Tx,
  scope: TenantScope,
  jobId: string,
  parts: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
): Promise<number> {
  const seen = new SeenContacts();
  let kept = 0;
  for await (const ids of parts) {
    for (let at = 0; at < ids.length; at += listPart) {
      const part: BulkSubject[] = ids.slice(at, at + listPart).map((id) => readSubject(id, seen));
      await insertJobContacts(tx, scope.tenantId, jobId, kept, part);
      kept += part.length;
    }
  }
  return kept;
}
