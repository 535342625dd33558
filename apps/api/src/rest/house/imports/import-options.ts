import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { JobName } from "@roster/domain/jobs/job.ts";
import { type ImportStart, SourceHints } from "@roster/usecases/imports/imports.ts";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";

/** An option that may be given once, and what it must be. */
const once = <S extends z.ZodType<unknown, string>>(schema: S, description: string) =>
  z
    .array(z.string())
    .length(1, "Give this option once.")
    .transform((values) => values[0]!)
    .pipe(schema)
    .optional()
    // A list of one is how it is read, not how it is written.
    .meta({ description, override: ({ jsonSchema }) => asText(jsonSchema) });

function asText(schema: Parameters<z.core.ToJSONSchemaParams["override"] & {}>[0]["jsonSchema"]): void {
  for (const key of ["items", "minItems", "maxItems"] as const) delete schema[key];
  schema.type = "string";
}

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

/** `field=value`; the value may hold a = itself. */
const defaultPair = z
  .string()
  .regex(/^[^=]+=.+$/s, "Write default=field=value.")
  .transform((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);

const whole = z
  .string()
  .regex(/^\d{1,9}$/, "Write a whole number.")
  .transform(Number);

/** What may be said about an import, in the query or as form fields; anything else is refused by name. */
export const ImportOptions = z.strictObject({
  uploadId: once(z.string(), "A file that is here already; then there is no other one."),
  name: once(JobName, "What the job is called."),
  format: once(z.string().toLowerCase(), "`csv`, `ndjson` or `json`."),
  encoding: once(z.string().toLowerCase(), "`utf-8`, `utf-16le`, `utf-16be` or `windows-1252`."),
  // A tab is hard to type into a query.
  delimiter: once(
    z.string().transform((text) => (text.toLowerCase() === "tab" || text === "\\t" ? "\t" : text)),
    "`,` `;` `|` or `tab`.",
  ),
  onExisting: once(
    z.string(),
    "What becomes of contacts that are there: `merge` (the default), `skip`, or `overwrite`.",
  ),
  tags: list.optional().describe("Tags for every contact of the file."),
  listId: once(
    z.string(),
    "The list, by its id, that every contact of the file is put on, also who was there already.",
  ),
  mapping: once(
    json('The mapping is JSON such as {"Header":"field"}; or send map=Header=field for each header.'),
    "A JSON object: header to field, to the name of an attribute, or to `ignore`.",
  ),
  map: z.array(mappingPair).optional().describe("The same for one header each, as `Header=field`."),
  defaults: once(
    json('The defaults are JSON such as {"field":"value"}; or send default=field=value for each field.'),
    "A JSON object: field to the value for rows that do not say it.",
  ),
  default: z.array(defaultPair).optional().describe("The same for one field each, as `field=value`."),
  stopAfterFailures: once(whole, "The import stops when so many rows have failed."),
  target: once(
    z.string(),
    "What the file is about: `contacts` (the default), `suppressions`, addresses that are not to be mailed, or `events`.",
  ),
  resubscribe: once(flag, "`true`, with a `consent`: brings back who unsubscribed or bounced."),
  consent: once(z.string(), "The text that the people agreed to; kept in their history."),
  dryRun: once(flag, "`true`: reports what would happen, and writes nothing."),
});

/** The same for a file of events, where its route says what it is about. */
export const EventImportOptions = ImportOptions.pick({
  uploadId: true,
  name: true,
  format: true,
  encoding: true,
  delimiter: true,
  mapping: true,
  map: true,
  stopAfterFailures: true,
});

/** What a route's files are about, where its senders do not say it. */
export type RouteTarget = "events" | null;

/** An import's options in a JSON body: what the policy does not know is refused there, by name. */
const OptionsObject = z.looseObject({
  uploadId: z.string(),
  name: JobName.nullish(),
  format: z.unknown().optional(),
  encoding: z.unknown().optional(),
  delimiter: z.unknown().optional(),
});

const { mapping, stopAfterFailures } = ImportPolicy.shape;

export const EventOptionsObject = z.strictObject({
  ...OptionsObject.shape,
  mapping: mapping.unwrap().optional(),
  stopAfterFailures,
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
  target: RouteTarget = null,
): ImportChoices {
  if (target !== null) checked(EventImportOptions, Object.fromEntries(given));
  const {
    uploadId,
    name,
    format,
    encoding,
    delimiter,
    map,
    mapping,
    default: pairs,
    defaults,
    ...policy
  } = checked(ImportOptions, Object.fromEntries(given));
  return {
    uploadId: uploadId ?? null,
    options: {
      name: name ?? null,
      hints: checked(SourceHints, { ...told, ...present({ format, encoding, delimiter }) }),
      policy: checked(
        ImportPolicy,
        present({
          ...policy,
          ...(target !== null && { target }),
          mapping: together(mapping, map),
          defaults: together(defaults, pairs),
        }),
      ),
    },
  };
}

/** One JSON object, pairs, or both, in which the pairs win. */
function together(object: unknown, pairs: readonly (readonly [string, string])[] | undefined): unknown {
  return pairs === undefined ? object : { ...(object as object), ...Object.fromEntries(pairs) };
}

/**
 * The options of an import of an upload that is here already, as a JSON object.
 * @param query options beside the object, of which there must be none
 * @throws Refused invalid, with every issue
 */
export function readImportObject(
  object: unknown,
  query: ReadonlyMap<string, unknown>,
  target: RouteTarget = null,
): ImportChoices {
  checked(z.strictObject({}), Object.fromEntries(query));
  const { uploadId, name, format, encoding, delimiter, ...policy } = checked(
    target === null ? OptionsObject : EventOptionsObject,
    object,
  );
  return {
    uploadId,
    options: {
      name: name ?? null,
      hints: checked(SourceHints, present({ format, encoding, delimiter })),
      policy: checked(ImportPolicy, { ...policy, ...(target !== null && { target }) }),
    },
  };
}

function present<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
