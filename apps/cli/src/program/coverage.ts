import type { Command } from "commander";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/coverage.ts");

/** `roster coverage …`. */
export function addCoverage(program: Command): void {
  const coverage = program
    .command("coverage")
    .description("what is known of how many contacts: their locales, their fields");
  coverage
    .command("locales")
    .description("how many contacts have each locale, and how many of them are active")
    .option("--json", "print one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} coverage locales`)
    .action(async (flags: { json?: boolean }) => (await commands()).showLocales(readSettings(), flags));
  coverage
    .command("fields")
    .description("how many contacts have each field, the custom ones last, and the types of their values")
    .option("--json", "print one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} coverage fields`)
    .action(async (flags: { json?: boolean }) => (await commands()).showFields(readSettings(), flags));
}
