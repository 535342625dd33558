import { ImportPolicy } from "@roster/domain/import-policy.ts";
import { JobName } from "@roster/domain/job.ts";
import { type ImportStart, SourceHints } from "@roster/usecases/imports.ts";
import { z } from "zod";
import { checked } from "../../input-issue.ts";

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
const Options = z.strictObject({
  uploadId: once(z.string()),
  name: once(JobName),
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
  defaults: once(
    json('The defaults are JSON such as {"field":"value"}; or send default=field=value for each field.'),
  ),
  default: z.array(defaultPair).optional(),
  stopAfterFailures: once(whole),
  target: once(z.string()),
  resubscribe: once(flag),
  consent: once(z.string()),
  dryRun: once(flag),
});

/** An import's options in a JSON body: what the policy does not know is refused there, by name. */
const OptionsObject = z.looseObject({
  uploadId: z.string(),
  name: JobName.nullish(),
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
  } = checked(Options, Object.fromEntries(given));
  return {
    uploadId: uploadId ?? null,
    options: {
      name: name ?? null,
      hints: checked(SourceHints, { ...told, ...present({ format, encoding, delimiter }) }),
      policy: checked(
        ImportPolicy,
        present({ ...policy, mapping: together(mapping, map), defaults: together(defaults, pairs) }),
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
