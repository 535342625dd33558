import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { holdUpload, type Upload, uploadById } from "@roster/store/imports/uploads.ts";
import { insertJob } from "@roster/store/jobs/jobs.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { requireLists } from "../lists/list-changes.ts";

/** What the sender says about a file; what is not said is detected. */
export const SourceHints = z.strictObject({
  format: z.enum(["csv", "ndjson", "json"]).optional(),
  gzip: z.boolean().optional(),
  encoding: z.enum(["utf-8", "utf-16le", "utf-16be", "windows-1252"]).optional(),
  delimiter: z.enum([",", ";", "\t", "|"]).optional(),
});
export type SourceHints = z.infer<typeof SourceHints>;

/** An import's options as its job row keeps them. */
export const ImportOptions = z.object({
  name: z.string().nullable(),
  hints: SourceHints,
  policy: ImportPolicy,
  keyId: z.string().nullable(),
  accountId: z.string(),
  /** Failed rows that a retry lets pass: `stopAfterFailures` counts from here. */
  failuresPassed: z.number().default(0),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

/** `name`: what the job is called; null takes the upload's, which is the name of its file if it came with one. */
export type ImportStart = { uploadId: string; name: string | null; hints: SourceHints; policy: ImportPolicy };

/**
 * Queues the import of a stored upload: the job and its place in the queue are one transaction.
 * @throws Refused missing_scope, not_found (the upload, the list), bad_upload (it is empty)
 */
export async function startImport(
  deps: Deps,
  scope: TenantScope,
  input: ImportStart,
): Promise<{ jobId: string; status: "queued" }> {
  requireScope(scope, "contacts:write");
  const upload = await importableUpload(deps, scope, input.uploadId);
  const jobId = deps.newId();
  const options: ImportOptions = {
    name: input.name ?? upload.name,
    hints: input.hints,
    policy: input.policy,
    keyId: scope.keyId,
    accountId: scope.accountId,
    failuresPassed: 0,
  };
  const { listId } = input.policy;
  await deps.sql.begin(async (tx) => {
    if (listId !== undefined) await requireLists(tx, scope.tenantId, [listId]);
    if (!(await holdUpload(tx, scope.tenantId, upload.id)))
      throw new Refused({ code: "not_found", what: "upload" });
    await insertJob(tx, {
      tenantId: scope.tenantId,
      id: jobId,
      kind: "import",
      options,
      uploadId: upload.id,
      bytesTotal: upload.bytes,
      undoable: !input.policy.dryRun && input.policy.target === "contacts",
      createdBy: scope.keyId,
    });
  });
  return { jobId, status: "queued" };
}

/** A whole upload that is not empty. @throws Refused not_found (the upload), bad_upload (it is empty) */
export async function importableUpload(deps: Deps, scope: TenantScope, uploadId: string): Promise<Upload> {
  const upload = isUuid(uploadId) ? await uploadById(deps.sql, scope.tenantId, uploadId) : null;
  if (upload === null || upload.completedAt === null)
    throw new Refused({ code: "not_found", what: "upload" });
  if (upload.bytes === 0) {
    const message = "The file is empty. Send a file with a header row and at least one contact.";
    throw new Refused({ code: "bad_upload", problem: "empty_file", message });
  }
  return upload;
}
