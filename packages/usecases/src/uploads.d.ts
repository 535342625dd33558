import type { TenantScope } from "@roster/domain/scope.ts";
import type { Deps } from "./deps.ts";
/**
 * Stores a body as chunks, in flat memory whatever its size; whole and durable when the promise resolves. An upload that
 * breaks off leaves nothing behind.
 * @param options.limitBytes null: no limit
 * @throws Refused missing_scope, body_too_large
 */
export declare function receiveUpload(deps: Deps, scope: TenantScope, body: AsyncIterable<Uint8Array>, options: {
    name: string | null;
    contentType: string | null;
    limitBytes: number | null;
}): Promise<{
    uploadId: string;
    bytes: number;
}>;
