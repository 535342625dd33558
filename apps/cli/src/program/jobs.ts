import { JobKind } from "@roster/domain/jobs/job.ts";
import { type Command, Option } from "commander";
import { positive } from "../argument/positive.ts";
import type { EndFlags } from "../command/job-end.ts";
import type { RetryFlags } from "../command/jobs.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/jobs.ts");

/** `roster jobs …`. @param finish is told the exit code */
export function addJobs(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const jobs = program.command("jobs").description("look at imports, stop them, take them back");
  jobs
    .command("list")
    .description("the newest jobs")
    .option("--limit <n>", "how many", positive, 20)
    .addOption(new Option("--kind <kind>", "of this kind alone").choices(JobKind.options))
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} jobs list --kind import --limit 5`)
    .action(async (flags: { limit: number; kind?: JobKind; json?: boolean }) =>
      (await commands()).listJobs(readSettings(), flags),
    );
  jobs
    .command("show")
    .description("one job: its counters and its first failed rows")
    .argument("<job>", "the job's id")
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} jobs show 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17`)
    .action(async (id: string, flags: { json?: boolean }) =>
      (await commands()).showJob(readSettings(), id, flags),
    );
  jobs
    .command("errors")
    .description("every row that failed, and why")
    .argument("<job>", "the job's id")
    .addOption(
      new Option("--csv", "the original cells and the reason, to be mended and imported again").conflicts(
        "json",
      ),
    )
    .option("--json", "one line of JSON for each row")
    .addHelpText(
      "after",
      `\nExample:\n  ${run} jobs errors 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17 --csv > failed-rows.csv`,
    )
    .action(async (id: string, flags: { csv?: boolean; json?: boolean }) =>
      (await commands()).listJobFailures(readSettings(), id, flags),
    );
  jobs
    .command("cancel")
    .description("stop a job; what it has written stays")
    .argument("<job>", "the job's id")
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} jobs cancel 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17`)
    .action(async (id: string, flags: { json?: boolean }) =>
      (await commands()).cancelJob(readSettings(), id, flags),
    );
  jobs
    .command("retry")
    .description("go on with a job that failed or was cancelled, where it stopped")
    .argument("<job>", "the job's id")
    .option(
      "--stop-after <n>",
      "stop again after so many further failed rows; else as many as before",
      positive,
    )
    .option("--no-wait", "leave as soon as it is in the queue")
    .option("--json", "print one line of JSON, the finished job, instead of the summary")
    .addHelpText(
      "after",
      `
A file that cannot be read further would fail in the same way again: mend it, and import it anew.
Exit code: 0 if the job came to its end and no row of it failed, 1 if not.

Example:
  ${run} jobs retry 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17`,
    )
    .action(async (id: string, flags: RetryFlags) =>
      finish(await (await commands()).retryJob(readSettings(), id, flags)),
    );
  jobs
    .command("undo")
    .description("take a job back: delete what it created, put back what it changed")
    .argument("<job>", "the job's id")
    .option("--preview", "say what would become of how many contacts, and do nothing")
    .option("--no-wait", "print the id of the undo, which is a job too, and leave")
    .option("--json", "print one line of JSON: the finished undo, or with --preview the numbers")
    .addHelpText(
      "after",
      `
Contacts that somebody changed since stay as they are and are listed. Nobody who left is subscribed again.
Exit code: 0 if the undo came to its end, 1 if not.

Examples:
  ${run} jobs undo 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17 --preview
  ${run} jobs undo 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17`,
    )
    .action(async (id: string, flags: EndFlags & { preview?: boolean }) =>
      finish(await (await commands()).undoJob(readSettings(), id, flags)),
    );
}
