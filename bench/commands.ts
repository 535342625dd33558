import { benchAudience } from "./audience.ts";
import { benchBulk } from "./bulk.ts";
import { benchEvents } from "./events.ts";
import { benchFair } from "./fair.ts";
import { benchFlat } from "./flat.ts";
import { benchHealth } from "./health.ts";
import { benchImport } from "./import.ts";
import { benchMemory } from "./memory.ts";
import { benchReads } from "./reads.ts";
import { benchRescore } from "./rescore.ts";
import { benchSearch } from "./search.ts";
import type { Findings } from "./table.ts";
import { benchUpserts } from "./upserts.ts";
import type { Workbench } from "./workbench.ts";

export type Command = {
  about: string;
  /** What may be set, each a whole number above 0, with what it is if nobody sets it. */
  options: Record<string, number>;
  run(bench: Workbench, options: Record<string, number>): Promise<Findings>;
};

function command<O extends Record<string, number>>(
  about: string,
  options: O,
  run: (bench: Workbench, options: O) => Promise<Findings>,
): Command {
  // main.ts gives every option that the command names.
  return { about, options, run: (bench, given) => run(bench, given as O) };
}

export const commands: Record<string, Command> = {
  import: command(
    "against COPY of the same rows, and of the same file again: rows/s, ratios, CPU, WAL, memory",
    { rows: 1_000_000, rounds: 3 },
    benchImport,
  ),
  events: command(
    "files of events against an import of contacts: rows/s, ratios, CPU, WAL",
    { rows: 1_000_000, rounds: 3 },
    benchEvents,
  ),
  flat: command(
    "one large file: seconds for each tenth of its rows, memory",
    { rows: 10_000_000 },
    benchFlat,
  ),
  memory: command(
    "one large file of each format, plain and gzipped: memory of API and worker",
    { megabytes: 200 },
    benchMemory,
  ),
  fair: command(
    "a small import while eight tenants import large files: seconds",
    { rows: 5_000_000, rounds: 9 },
    benchFair,
  ),
  upserts: command(
    "1,000 and 10,000 contacts in one request: milliseconds",
    { present: 1_000_000, rounds: 40 },
    benchUpserts,
  ),
  reads: command(
    "lists, reads, upserts and searches over HTTP beside an empty Express route: requests/s, ms, ratios",
    { present: 1_000_000, seconds: 5, rounds: 3, depth: 10_000 },
    benchReads,
  ),
  search: command(
    "an import with the search index that is filled behind it, and without: rows/s, share lost",
    { rows: 1_000_000, rounds: 3 },
    benchSearch,
  ),
  bulk: command(
    "a change of all contacts by filter, against an import that changes them: contacts/s, ratio",
    { rows: 1_000_000, rounds: 3 },
    benchBulk,
  ),
  rescore: command(
    "all scores computed anew, against the import of the same contacts: contacts/s, ratios",
    { rows: 1_000_000, rounds: 3 },
    benchRescore,
  ),
  audience: command(
    "coverage, segments of many and of few, duplicates, and jobs by segment: ms, s, ratios to an import",
    { rows: 1_000_000, rounds: 5, names: 10_000 },
    benchAudience,
  ),
  health: command(
    "a health run over contacts with events, against a rescore of them: contacts/s, ratio",
    { rows: 1_000_000, rounds: 3 },
    benchHealth,
  ),
};
