import { createHash } from "node:crypto";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { storableText } from "@roster/domain/text/text.ts";
import { chunkBytes, insertChunk } from "@roster/store/imports/upload-chunks.ts";
import { completeUpload, deleteUpload, insertUpload } from "@roster/store/imports/uploads.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";

/** Chunks on their way to the database at a time: one is written while the next one fills. */
const inFlight = 2;

/** A stored body: its SHA-256, in hex, tells whether another one is the same. */
export type Received = { uploadId: string; name: string | null; bytes: number; sha256: string };

/**
 * Stores a body as chunks, in flat memory whatever its size; whole and durable when the promise resolves. An upload that
 * breaks off leaves nothing behind.
 * @param options.limitBytes null: no limit
 * @throws Refused missing_scope, body_too_large
 */
export async function receiveUpload(
  deps: Deps,
  scope: TenantScope,
  body: AsyncIterable<Uint8Array>,
  options: { name: string | null; contentType: string | null; limitBytes: number | null },
): Promise<Received> {
  requireScope(scope, "contacts:write");
  const { sql } = deps;
  const { tenantId } = scope;
  const uploadId = deps.newId();
  const shown = (text: string | null) => (text === null ? null : storableText(text, 255));
  const name = shown(options.name);
  await insertUpload(sql, tenantId, { id: uploadId, name, contentType: shown(options.contentType) });

  const digest = createHash("sha256");
  const writes = new Set<Promise<void>>();
  let failure: unknown = null;
  let bytes = 0;
  let chunkNo = 0;
  let chunk = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;

  const flush = async () => {
    const write = insertChunk(sql, tenantId, uploadId, chunkNo++, chunk.subarray(0, filled)).catch(
      (error) => {
        failure ??= error;
      },
    );
    writes.add(write);
    write.finally(() => writes.delete(write));
    chunk = Buffer.allocUnsafe(chunkBytes);
    filled = 0;
    if (writes.size >= inFlight) await Promise.race(writes);
    if (failure !== null) throw failure;
  };

  try {
    for await (const part of body) {
      bytes += part.length;
      if (options.limitBytes !== null && bytes > options.limitBytes) {
        throw new Refused({ code: "body_too_large", limitBytes: options.limitBytes });
      }
      digest.update(part);
      for (let at = 0; at < part.length; ) {
        const taken = Math.min(part.length - at, chunkBytes - filled);
        chunk.set(part.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled === chunkBytes) await flush();
      }
    }
    if (filled > 0) await flush();
    await Promise.all(writes);
    if (failure !== null) throw failure;
    const sha256 = digest.digest();
    await completeUpload(sql, tenantId, uploadId, bytes, sha256);
    return { uploadId, name, bytes, sha256: sha256.toString("hex") };
  } catch (error) {
    await Promise.allSettled(writes);
    // What cannot be removed now (the database is gone, say) is swept later.
    await deleteUpload(sql, tenantId, uploadId).catch(() => {});
    throw error;
  }
}

/** Removes an upload that no job took; what cannot be removed now is swept later. @throws Refused missing_scope */
export async function dropUpload(deps: Deps, scope: TenantScope, uploadId: string): Promise<void> {
  requireScope(scope, "contacts:write");
  await deleteUpload(deps.sql, scope.tenantId, uploadId).catch(() => {});
}
