import type { ImportOptions } from "@roster/client/client.ts";
import { CommandError } from "../command-error.ts";

/** The options of `import` as commander hands them over. */
export type ImportFlags = {
  dryRun?: boolean;
  map?: string[];
  default?: string[];
  stopAfter?: number;
  suppressions?: boolean;
  events?: boolean;
  onExisting?: "merge" | "skip" | "overwrite";
  tag?: string[];
  resubscribe?: boolean;
  consent?: string;
  format?: "csv" | "ndjson" | "json";
  encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
  delimiter?: string;
};

const delimiters: Record<string, "," | ";" | "\t" | "|"> = {
  ",": ",",
  comma: ",",
  ";": ";",
  semicolon: ";",
  "\t": "\t",
  "\\t": "\t",
  tab: "\t",
  "|": "|",
  pipe: "|",
};

/**
 * The import's options out of the flags.
 * @throws CommandError (exit code 2) for a combination or a value that means nothing
 */
export function importOptions(flags: ImportFlags, name: string | null): ImportOptions {
  if ((flags.resubscribe ?? false) !== (flags.consent !== undefined)) {
    throw new CommandError(
      "--resubscribe and --consent go together: people are subscribed again only with the text of their consent.",
      2,
    );
  }
  const { format, encoding } = flags;
  return {
    name,
    hints: {
      ...(format && { format }),
      ...(encoding && { encoding }),
      ...(flags.delimiter !== undefined && { delimiter: delimiterOf(flags.delimiter) }),
    },
    policy: {
      dryRun: flags.dryRun ?? false,
      onExisting: flags.onExisting ?? "merge",
      mapping: mappingOf(flags.map ?? []),
      tags: flags.tag ?? [],
      defaults: defaultsOf(flags.default ?? []),
      target: flags.events ? "events" : flags.suppressions ? "suppressions" : "contacts",
      ...(flags.stopAfter !== undefined && { stopAfterFailures: flags.stopAfter }),
      resubscribe: flags.resubscribe ?? false,
      ...(flags.consent !== undefined && { consent: flags.consent }),
    },
  };
}

/** `Header=field` pairs; a header may contain `=`, a field never does, so that the last one divides. */
function mappingOf(pairs: readonly string[]): Record<string, string> {
  const mapping = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.lastIndexOf("=");
    const [header, field] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at === -1 || header === "" || field === "") {
      throw new CommandError(
        `--map ${pair}: write it as --map "Header=field", such as --map "E-mail address=email".`,
        2,
      );
    }
    if (mapping.has(header)) throw new CommandError(`--map names the column “${header}” twice.`, 2);
    mapping.set(header, field);
  }
  return Object.fromEntries(mapping);
}

/** `field=value` pairs; a value may contain `=`, so that the first one divides. */
function defaultsOf(pairs: readonly string[]): Record<string, string> {
  const defaults = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [field, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at === -1 || field === "" || value === "") {
      throw new CommandError(
        `--default ${pair}: write it as --default field=value, such as --default plan=free.`,
        2,
      );
    }
    if (defaults.has(field)) throw new CommandError(`--default names the field ${field} twice.`, 2);
    defaults.set(field, value);
  }
  return Object.fromEntries(defaults);
}

function delimiterOf(text: string): "," | ";" | "\t" | "|" {
  const delimiter = delimiters[text];
  if (delimiter === undefined) {
    throw new CommandError(`--delimiter ${text}: write comma, semicolon, tab or pipe.`, 2);
  }
  return delimiter;
}
