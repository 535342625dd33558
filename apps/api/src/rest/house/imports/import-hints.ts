import type { IncomingHttpHeaders } from "node:http";
import { Refused } from "@roster/domain/refusal.ts";
import type { SourceHints } from "@roster/usecases/imports/imports.ts";
import { mediaType } from "../../body.ts";

const formats: Readonly<Record<string, SourceHints>> = {
  "text/csv": { format: "csv" },
  "text/tab-separated-values": { format: "csv", delimiter: "\t" },
  "application/x-ndjson": { format: "ndjson" },
  "application/json": { format: "json" },
  // These say nothing about the content: the bytes are looked at.
  "application/gzip": { gzip: true },
  "application/octet-stream": {},
  // A list of addresses, saved as such.
  "text/plain": {},
};

const charsets: Readonly<Record<string, SourceHints["encoding"]>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
  "windows-1252": "windows-1252",
  // As browsers read it (WHATWG Encoding).
  "iso-8859-1": "windows-1252",
};

/**
 * What the headers of an upload say about its bytes, which are stored as they come.
 * @throws Refused unsupported_media_type
 */
export function hintsOfHeaders(headers: IncomingHttpHeaders): SourceHints {
  const type = headers["content-type"];
  const hints = hintsOfType(type);
  if (hints === null) {
    const expected = [...Object.keys(formats), "multipart/form-data"];
    throw new Refused({ code: "unsupported_media_type", got: mediaType(type), expected });
  }
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "gzip" || encoding === "x-gzip") return { ...hints, gzip: true };
  if (encoding === "identity" || encoding === "") return hints;
  const got = `with Content-Encoding ${encoding.slice(0, 40)}`;
  throw new Refused({ code: "unsupported_media_type", got, expected: ["gzip", "no Content-Encoding"] });
}

/** What a Content-Type says about a file's bytes; null for one that cannot be imported. */
function hintsOfType(contentType: string | undefined): SourceHints | null {
  const hints = formats[mediaType(contentType)];
  if (hints === undefined) return null;
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase();
  const encoding = charset === undefined ? undefined : charsets[charset];
  return encoding === undefined ? hints : { ...hints, encoding };
}

/**
 * What is known of a form's file. A browser's guess at its type may be wrong: a name decides before it, and without both the
 * bytes do.
 */
export function hintsOfPart(name: string | null, contentType: string): SourceHints {
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
