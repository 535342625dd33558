import type { IncomingHttpHeaders } from "node:http";
import { ImportPolicy } from "@roster/domain/import-policy.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { type ImportStart, SourceHints } from "@roster/usecases/imports.ts";
import { z } from "zod";
import { checked } from "../../input-issue.ts";
import { mediaType } from "../body.ts";

/** An option that may be given once, and what it must be. */
const once = <S extends z.ZodType<unknown, string>>(schema: S) =>
  z
    .array(z.string())
    .length(1, "Give this option once.")
    .transform((values) => values[0]!)
    .pipe(schema)
    .optional();

const flag = z
  .enum(["true", "false", "1", "0"], { error: "Write true or false." })
  .transform((word) => word === "true" || word === "1");

const list = z
  .array(z.string())
  .transform((values) =>
    values.flatMap((value) => value.split(",")).flatMap((item) => (item.trim() === "" ? [] : [item.trim()])),
  );

const json = (message: string) =>
  z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
  });

/** `Header=field`; a header may hold a = itself, a field's name does not. */
const mappingPair = z
  .string()
  .regex(/^.+=[^=]+$/s, "Write map=Header=field.")
  .transform(
    (pair) => [pair.slice(0, pair.lastIndexOf("=")), pair.slice(pair.lastIndexOf("=") + 1)] as const,
  );

/** What may be said about an import, in the query or as form fields; anything else is refused by name. */
const Options = z.strictObject({
  uploadId: once(z.string()),
  name: once(z.string().max(255)),
  format: once(z.string().toLowerCase()),
  encoding: once(z.string().toLowerCase()),
  // A tab is hard to type into a query.
  delimiter: once(
    z.string().transform((text) => (text.toLowerCase() === "tab" || text === "\\t" ? "\t" : text)),
  ),
  onExisting: once(z.string()),
  tags: list.optional(),
  mapping: once(
    json('The mapping is JSON such as {"Header":"field"}; or send map=Header=field for each header.'),
  ),
  map: z.array(mappingPair).optional(),
  resubscribe: once(flag),
  consent: once(z.string()),
  dryRun: once(flag),
});

/** An import's options in a JSON body: what the policy does not know is refused there, by name. */
const OptionsObject = z.looseObject({
  uploadId: z.string(),
  name: z.string().max(255).nullish(),
  format: z.unknown().optional(),
  encoding: z.unknown().optional(),
  delimiter: z.unknown().optional(),
});

export type ImportChoices = {
  /** A file that is here already; null where it comes with the request. */
  uploadId: string | null;
  options: Omit<ImportStart, "uploadId">;
};

/**
 * The options of an import, as the sender wrote them.
 * @param given each option with all its values
 * @param told what the upload's headers say about the file; a given option wins
 * @throws Refused invalid, with every issue
 */
export function readImportOptions(
  given: ReadonlyMap<string, readonly string[]>,
  told: SourceHints,
): ImportChoices {
  const { uploadId, name, format, encoding, delimiter, map, mapping, ...policy } = checked(
    Options,
    Object.fromEntries(given),
  );
  return {
    uploadId: uploadId ?? null,
    options: {
      name: name ?? null,
      hints: checked(SourceHints, { ...told, ...present({ format, encoding, delimiter }) }),
      policy: checked(ImportPolicy, {
        ...present(policy),
        mapping: map === undefined ? (mapping ?? {}) : { ...(mapping as object), ...Object.fromEntries(map) },
      }),
    },
  };
}

/**
 * The options of an import of an upload that is here already, as a JSON object.
 * @param query options beside the object, of which there must be none
 * @throws Refused invalid, with every issue
 */
export function readImportObject(object: unknown, query: ReadonlyMap<string, unknown>): ImportChoices {
  checked(z.strictObject({}), Object.fromEntries(query));
  const { uploadId, name, format, encoding, delimiter, ...policy } = checked(OptionsObject, object);
  return {
    uploadId,
    options: {
      name: name ?? null,
      hints: checked(SourceHints, present({ format, encoding, delimiter })),
      policy: checked(ImportPolicy, policy),
    },
  };
}

function present<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

const formats: Readonly<Record<string, SourceHints>> = {
  "text/csv": { format: "csv" },
  "text/tab-separated-values": { format: "csv", delimiter: "\t" },
  "application/x-ndjson": { format: "ndjson" },
  "application/json": { format: "json" },
  // These say nothing about the content: the bytes are looked at.
  "application/gzip": { gzip: true },
  "application/octet-stream": {},
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
export function hintsOfType(contentType: string | undefined): SourceHints | null {
  const hints = formats[mediaType(contentType)];
  if (hints === undefined) return null;
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase();
  const encoding = charset === undefined ? undefined : charsets[charset];
  return encoding === undefined ? hints : { ...hints, encoding };
}
