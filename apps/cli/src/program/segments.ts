import { type Command, Option } from "commander";
import { positive } from "../argument/positive.ts";
import type { ExportFlags } from "../command/export.ts";
import type { PreviewFlags } from "../command/segments.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const exportCommands = () => import("../command/export.ts");
const segmentsCommands = () => import("../command/segments.ts");

const which = "its name, or its id";

/** `roster segments …` */
export function addSegments(program: Command): void {
  const segments = program.command("segments").description("segments: who is in them");
  const command = (name: string, description: string, example: string) =>
    segments
      .command(name)
      .description(description)
      .addHelpText("after", `\nExample:\n  ${run} segments ${name}${example}`);

  command("list", "all segments with how many contacts were in each", "")
    .option("--json", "print it as one line of JSON")
    .action(async (flags: { json?: boolean }) =>
      (await segmentsCommands()).showSegments(readSettings(), flags),
    );
  command("preview", "how many contacts are in a segment now, and the newest of them", ' "May be mailed"')
    .argument("[segment]", which)
    .option("--filter <file>", "instead of a segment: the filter that is in this file, as JSON")
    .option("--json", "print it as one line of JSON")
    .action(async (named: string | undefined, flags: PreviewFlags) =>
      (await segmentsCommands()).previewSegment(readSettings(), named, flags),
    );
  command("members", "who is in a segment now, newest first", ' "May be mailed" --limit 100')
    .argument("<segment>", which)
    .option("--limit <n>", "how many, at most 1,000", positive, 20)
    .option("--json", "one line of JSON for each contact")
    .action(async (named: string, flags: { limit: number; json?: boolean }) =>
      (await segmentsCommands()).showMembers(readSettings(), named, flags),
    );
  command("export", "who is in a segment now, as a file", ' "May be mailed" contacts.csv')
    .argument("<segment>", which)
    .argument("[file]", "where to; without it, or for -, to a pipe", "-")
    .addOption(
      new Option("--format <format>", "else as the file's name says, else csv").choices(["csv", "ndjson"]),
    )
    .option("--quiet", "show no progress")
    .action(async (segment: string, file: string, flags: ExportFlags) =>
      (await exportCommands()).exportContacts(readSettings(), file, { ...flags, segment }),
    );
}
