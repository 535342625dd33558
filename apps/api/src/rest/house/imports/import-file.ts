import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { receiveUpload } from "@roster/usecases/imports/uploads.ts";
import type { Request } from "express";
import { requestBytes } from "../../../request-bytes.ts";
import { mediaType } from "../../body.ts";
import { readForm } from "../../form.ts";
import type { ImportFile } from "../../import-reply.ts";
import { objectOrFile } from "./import-body.ts";
import { hintsOfHeaders, hintsOfPart } from "./import-hints.ts";
import {
  type ImportChoices,
  type RouteTarget,
  readImportObject,
  readImportOptions,
} from "./import-options.ts";

/**
 * Takes in the file of a request and what is said about it. The file is the body, with the options in the query, or a part of
 * a form, with the options as fields before or behind it. Or the request names an upload that is here: by the option
 * `uploadId`, or in a JSON object of options.
 * @param target what the file is about, where its sender is not to say it
 * @throws Refused missing_scope, invalid, unsupported_media_type, bad_upload, body_too_large
 */
export async function receiveImport(
  deps: Deps,
  scope: TenantScope,
  req: Request,
  target: RouteTarget = null,
): Promise<ImportFile> {
  const type = mediaType(req.headers["content-type"]);
  if (type === "multipart/form-data") return receiveForm(deps, scope, req, target);
  if (!queryOptions(req).has("uploadId")) return receiveBody(deps, scope, req, type, target);
  if (hasBody(req)) throw both();
  return named(readImportOptions(queryOptions(req), {}, target));
}

/** The options of the query are judged before a byte is taken. */
async function receiveBody(
  deps: Deps,
  scope: TenantScope,
  req: Request,
  type: string,
  target: RouteTarget,
): Promise<ImportFile> {
  const told = hintsOfHeaders(req.headers);
  const { options } = readImportOptions(queryOptions(req), told, target);
  let bytes: AsyncIterable<Uint8Array> = requestBytes(req);
  if (type === "application/json" && told.gzip !== true) {
    const body = await objectOrFile(bytes);
    if ("object" in body) return named(readImportObject(body.object, queryOptions(req), target));
    bytes = body.file;
  }
  const contentType = req.headers["content-type"] ?? null;
  const upload = await receiveUpload(deps, scope, bytes, {
    name: options.name,
    contentType,
    limitBytes: null,
  });
  return { upload, ...options };
}

async function receiveForm(
  deps: Deps,
  scope: TenantScope,
  req: Request,
  target: RouteTarget,
): Promise<ImportFile> {
  const form = await readForm(req, async ({ name, contentType, bytes }) => {
    const upload = await receiveUpload(deps, scope, bytes, { name, contentType, limitBytes: null });
    return { upload, told: hintsOfPart(name, contentType) };
  });
  const given = queryOptions(req);
  for (const [field, values] of form.fields) given.set(field, [...(given.get(field) ?? []), ...values]);
  // A file under another name is an unknown field like any other.
  for (const field of form.otherFiles) given.set(field, ["file"]);
  const choices = readImportOptions(given, form.file?.told ?? {}, target);
  if (form.file === null) return named(choices);
  if (choices.uploadId !== null) throw both();
  return { upload: form.file.upload, ...choices.options };
}

function named({ uploadId, options }: ImportChoices): ImportFile {
  if (uploadId !== null) return { upload: { uploadId }, ...options };
  const message =
    "No file came. Send it in the form field “file”, or as the body itself, or name an uploadId.";
  throw new Refused({ code: "bad_upload", problem: "no_file", message });
}

function both(): Refused {
  const message = "Send a file, or the uploadId of one that is here already, not both.";
  return new Refused({ code: "bad_upload", problem: "file_and_upload_id", message });
}

function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
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
