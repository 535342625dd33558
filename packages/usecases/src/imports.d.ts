import { ImportPolicy } from "@roster/domain/import-policy.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { z } from "zod";
import type { Deps } from "./deps.ts";
/** What the sender says about a file; what is not said is detected. */
export declare const SourceHints: z.ZodObject<{
    format: z.ZodOptional<z.ZodEnum<{
        csv: "csv";
        json: "json";
        ndjson: "ndjson";
    }>>;
    gzip: z.ZodOptional<z.ZodBoolean>;
    encoding: z.ZodOptional<z.ZodEnum<{
        "utf-16be": "utf-16be";
        "utf-16le": "utf-16le";
        "utf-8": "utf-8";
        "windows-1252": "windows-1252";
    }>>;
    delimiter: z.ZodOptional<z.ZodEnum<{
        "\t": "\t";
        ",": ",";
        ";": ";";
        "|": "|";
    }>>;
}, z.core.$strict>;
export type SourceHints = z.infer<typeof SourceHints>;
/** An import's options as its job row keeps them. */
export declare const ImportOptions: z.ZodObject<{
    name: z.ZodNullable<z.ZodString>;
    hints: z.ZodObject<{
        format: z.ZodOptional<z.ZodEnum<{
            csv: "csv";
            json: "json";
            ndjson: "ndjson";
        }>>;
        gzip: z.ZodOptional<z.ZodBoolean>;
        encoding: z.ZodOptional<z.ZodEnum<{
            "utf-16be": "utf-16be";
            "utf-16le": "utf-16le";
            "utf-8": "utf-8";
            "windows-1252": "windows-1252";
        }>>;
        delimiter: z.ZodOptional<z.ZodEnum<{
            "\t": "\t";
            ",": ",";
            ";": ";";
            "|": "|";
        }>>;
    }, z.core.$strict>;
    policy: z.ZodObject<{
        onExisting: z.ZodDefault<z.ZodEnum<{
            merge: "merge";
            overwrite: "overwrite";
            skip: "skip";
        }>>;
        mapping: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodString>>;
        tags: z.ZodDefault<z.ZodArray<z.ZodString>>;
        resubscribe: z.ZodDefault<z.ZodBoolean>;
        consent: z.ZodOptional<z.ZodString>;
        dryRun: z.ZodDefault<z.ZodBoolean>;
    }, z.core.$strict>;
    contactLimit: z.ZodNullable<z.ZodNumber>;
    keyId: z.ZodNullable<z.ZodString>;
    accountId: z.ZodString;
}, z.core.$strip>;
export type ImportOptions = z.infer<typeof ImportOptions>;
/**
 * Queues the import of a stored upload: the job and its place in the queue are one transaction.
 * @throws Refused missing_scope, not_found (the upload), bad_upload (it is empty)
 */
export declare function startImport(deps: Deps, scope: TenantScope, input: {
    uploadId: string;
    name: string | null;
    hints: SourceHints;
    policy: ImportPolicy;
}): Promise<{
    jobId: string;
    status: "queued";
}>;
