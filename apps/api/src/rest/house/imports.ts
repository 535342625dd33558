import { Refused } from "@roster/domain/refusal.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import type { SourceHints } from "@roster/usecases/imports.ts";
import { receiveUpload } from "@roster/usecases/uploads.ts";
import { type Request, Router } from "express";
import { idempotencyKey } from "../../keyed-request.ts";
import { requestBytes } from "../../request-bytes.ts";
import { mediaType } from "../body.ts";
import { readForm } from "../form.ts";
import { replyWithImport } from "../import-reply.ts";
import { hintsOfHeaders, hintsOfType, readImportOptions } from "./import-options.ts";
import { houseScope } from "./scope.ts";
import { one } from "./wire.ts";

/** Files of any size: stored as they come, imported by the worker. To be mounted at /contacts. */
export function importRoutes(deps: Deps): Router {
  const router = Router();
  router.post("/imports", async (req, res) => {
    const scope = await houseScope(deps, req);
    // Judged before a byte is taken.
    idempotencyKey(req.headers);
    const isForm = mediaType(req.headers["content-type"]) === "multipart/form-data";
    const file = await (isForm ? receiveForm(deps, scope, req) : receiveBody(deps, scope, req));
    await replyWithImport({ deps, scope, req, res }, file, one);
  });
  return router;
}

/** The file is the body, the options are in the query: those are judged before a byte is taken. */
async function receiveBody(deps: Deps, scope: TenantScope, req: Request) {
  const choices = readImportOptions(queryOptions(req), hintsOfHeaders(req.headers));
  const contentType = req.headers["content-type"] ?? null;
  const upload = await receiveUpload(deps, scope, requestBytes(req), {
    name: choices.name,
    contentType,
    limitBytes: null,
  });
  return { upload, ...choices };
}

/** The file is a part of a form, the options are fields before or behind it, or in the query. */
async function receiveForm(deps: Deps, scope: TenantScope, req: Request) {
  const form = await readForm(req, async ({ name, contentType, bytes }) => {
    const upload = await receiveUpload(deps, scope, bytes, { name, contentType, limitBytes: null });
    return { upload, name, told: hintsOfPart(name, contentType) };
  });
  const options = queryOptions(req);
  for (const [field, values] of form.fields) options.set(field, [...(options.get(field) ?? []), ...values]);
  // A file under another name is an unknown field like any other.
  for (const field of form.otherFiles) options.set(field, ["file"]);
  const choices = readImportOptions(options, form.file?.told ?? {});
  if (form.file === null) {
    const message = "No file came. Send it in the form field “file”, or as the body itself.";
    throw new Refused({ code: "bad_upload", problem: "no_file", message });
  }
  return { upload: form.file.upload, ...choices, name: choices.name ?? form.file.name };
}

/** A browser's guess at a file's type may be wrong: a name decides before it, and without both the bytes do. */
function hintsOfPart(name: string | null, contentType: string): SourceHints {
  const isGzip = /\.gz$/i.test(name ?? "");
  const ending = /\.([a-z]+)(\.gz)?$/i.exec(name ?? "")?.[1]?.toLowerCase();
  const ofName = {
    csv: "text/csv",
    tsv: "text/tab-separated-values",
    ndjson: "application/x-ndjson",
    jsonl: "application/x-ndjson",
    json: "application/json",
  };
  const type = ofName[ending as keyof typeof ofName] ?? contentType;
  return { ...(hintsOfType(type) ?? {}), ...(isGzip && { gzip: true }) };
}

/** The query as options with all their values; a value that is no text is as unknown as a wrong one. */
function queryOptions(req: Request): Map<string, string[]> {
  return new Map(
    Object.entries(req.query).map(([option, value]) => [
      option,
      (Array.isArray(value) ? value : [value]).map(String),
    ]),
  );
}
