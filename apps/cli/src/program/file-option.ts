import { type Command, Option } from "commander";
import { positive } from "../argument/positive.ts";
import { repeated } from "../argument/repeated.ts";

/**
 * The options by which a command that takes a file says how the file is read.
 * @param columns what a column can be read as
 */
export function fileOptions(command: Command, columns: string): Command {
  return command
    .argument("<file>", "the file; - reads a pipe")
    .option(
      "--preview",
      "show how the file would be read: its columns, its first rows, what is wrong in them",
    )
    .option(
      "--map <header=field>",
      `read a column as ${columns}, or not at all (=ignore); repeatable`,
      repeated,
    )
    .option("--stop-after <n>", "stop once so many rows have failed; jobs retry goes on from there", positive)
    .addOption(new Option("--format <format>", "instead of detecting it").choices(["csv", "ndjson", "json"]))
    .addOption(
      new Option("--encoding <encoding>", "instead of detecting it").choices([
        "utf-8",
        "utf-16le",
        "utf-16be",
        "windows-1252",
      ]),
    )
    .option("--delimiter <delimiter>", "of a CSV, instead of detecting it: comma, semicolon, tab or pipe");
}

/** The options by which it says what is waited for and printed. */
export function sentOptions(command: Command): Command {
  return command
    .option("--no-wait", "print the job's id as soon as the file is sent, and leave")
    .option("--json", "print one line of JSON, the finished job, instead of the summary");
}
