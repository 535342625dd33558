import type { Job, JobFailure } from "@roster/client/client.ts";
import { run } from "../invocation.ts";
import { changeWords } from "./change-words.ts";
import { failedRowsTable } from "./failed-rows-table.ts";
import { jobWords } from "./job-word.ts";
import { count, duration } from "./quantity.ts";
import { printable, textTable } from "./text-table.ts";

/** What the summary shows of a job. */
export type SummaryJob = Pick<
  Job,
  | "id"
  | "kind"
  | "target"
  | "state"
  | "name"
  | "change"
  | "dryRun"
  | "processed"
  | "counters"
  | "reasons"
  | "error"
  | "retryable"
  | "startedAt"
  | "finishedAt"
>;

const keptWords: Record<string, string> = {
  kept_unsubscribed: "stayed unsubscribed",
  kept_bounced: "stayed bounced",
  kept_complained: "stayed complained",
};

/**
 * What became of a job, as a text of several lines for people.
 * @param failures the first rows that failed, or contacts that were left; the text says how to get at the others
 */
export function jobSummary(job: SummaryJob, failures: readonly JobFailure[]): string {
  return [headline(job), retryHint(job), counterTable(job), keptStatuses(job), failureTable(job, failures)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function headline(job: SummaryJob): string {
  const took =
    job.startedAt && job.finishedAt ? (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000 : null;
  const what = titleOf(job);
  const state = took === null ? job.state : `${job.state} in ${duration(took)}`;
  const lines = [`${what}: ${state}${job.dryRun ? " – a dry run, nothing was written" : ""}`];
  if (job.error !== null) {
    const { code, message, row } = job.error;
    lines.push(`${code}${row === undefined ? "" : ` in row ${count(row)}`}: ${printable(message, 500)}`);
  }
  return lines.join("\n");
}

function titleOf({ kind, name, change }: SummaryJob): string {
  if (change !== null)
    return name === null ? changeWords(change) : `${printable(name)} (${changeWords(change)})`;
  const word = kind.charAt(0).toUpperCase() + kind.slice(1);
  return name === null ? word : `${word} of ${printable(name)}`;
}

function retryHint({ id, retryable }: SummaryJob): string {
  return retryable ? `To go on where it stopped:\n  ${run} jobs retry ${id}` : "";
}

function counterTable(job: SummaryJob): string {
  const { unit, counters: shown } = jobWords(job);
  const rows = shown.map(({ name, word }) => [`  ${word}`, count(job.counters[name])]);
  return textTable([...rows, [`  ${unit} in all`, count(job.processed)]], [1]);
}

function keptStatuses({ reasons, target }: SummaryJob): string {
  const parts = Object.entries(reasons).map(([reason, n]) => `${count(n)} ${keptWords[reason] ?? reason}`);
  if (parts.length === 0) return "";
  if (target === "suppressions") return `Statuses kept: ${parts.join(", ")}.`;
  return `Statuses kept: ${parts.join(", ")}. They are subscribed again only with --resubscribe --consent TEXT.`;
}

function failureTable(job: SummaryJob, failures: readonly JobFailure[]): string {
  if (failures.length === 0) return "";
  return job.kind === "import" ? failedRows(job, failures) : contactsLeft(job, failures);
}

function failedRows({ id, counters, dryRun, target }: SummaryJob, failures: readonly JobFailure[]): string {
  const table = failedRowsTable(failures);
  const more = counters.failed - failures.length;
  // Without the option people who are not to be mailed would become contacts.
  const same = { suppressions: " with --suppressions", events: ` by ${run} events import` };
  const how = target === null || target === "contacts" ? " as it is" : same[target];
  const again = dryRun ? "mend them" : `mend them, then import that file${how}`;
  return `${more > 0 ? `The first ${failures.length} failed rows` : "Failed rows"}:\n${table}\n\n${
    more > 0 ? `${count(more)} more. ` : ""
  }All of them with their original cells (${again}):\n  ${errorsCommand(id)} --csv > failed-rows.csv`;
}

function contactsLeft({ id, counters }: SummaryJob, failures: readonly JobFailure[]): string {
  const rows = failures.map(({ email, id, value, message }) => [
    printable(email ?? id ?? value ?? "–", 40),
    printable(message, 120),
  ]);
  const table = textTable([["contact", "reason"], ...rows]);
  const more = counters.failed + counters.skipped - failures.length;
  return more > 0 ? `${table}\n\n${count(more)} more:\n  ${errorsCommand(id)}` : table;
}

const errorsCommand = (id: string) => `${run} jobs errors ${id}`;
