import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HealthFinding, HealthRun, HealthStats, RosterClient } from "@roster/client/client.ts";
import { type FoundClass, type HealthReason, reasonClass } from "@roster/domain/health/list-health.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { minuteOf } from "../text/moment.ts";
import { moreLine } from "../text/more-line.ts";
import { displayFor } from "../text/progress-display.ts";
import { bar } from "../text/progress-line.ts";
import { count } from "../text/quantity.ts";
import { printable, textTable } from "../text/text-table.ts";
import { awaitEnd, type EndFlags } from "./job-end.ts";

/** The flags that say whom a run found. */
export type FoundFlags = { class?: FoundClass; reason?: HealthReason; run?: string };
export type FindingFlags = FoundFlags & { limit: number; csv?: boolean; json?: boolean };

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Runs of the trend that are shown. */
const shownRuns = 10;

/** Starts a run, or joins the one that has not ended, and prints the figures. @returns the exit code */
export async function runHealth(settings: Settings, flags: EndFlags): Promise<0 | 1> {
  const { client } = connect(settings);
  const { jobId } = await client.health.run.mutate();
  const exitCode = await awaitEnd(client, jobId, displayFor(flags), flags);
  if (exitCode === 0 && flags.wait && !flags.json) print(`\n${await statsText(client)}`);
  return exitCode;
}

/** How healthy the list is. */
export async function showHealth(settings: Settings, { json }: { json?: boolean }): Promise<void> {
  const { client } = connect(settings);
  print(json ? JSON.stringify(await client.health.stats.query()) : await statsText(client));
}

async function statsText(client: RosterClient): Promise<string> {
  const [stats, { runs }] = await Promise.all([
    client.health.stats.query(),
    client.health.runs.query({ limit: shownRuns }),
  ]);
  if (stats.lastRunAt === null) return `There was no health run yet. Start one: ${run} health run`;
  return [scoreText(stats), countsText(stats), reasonsText(stats), trendText(runs)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function scoreText({ healthScore, lastRunAt, dns, unanswered }: HealthStats): string {
  const asked = dns ? "" : "  (without asking the DNS)";
  const silent = unanswered ? `\n${count(unanswered)} contacts' domains gave no answer.` : "";
  return `Health  ${bar(healthScore ?? 0, 24)} ${healthScore} of 100, ${minuteOf(lastRunAt)}${asked}${silent}`;
}

function countsText(stats: HealthStats): string {
  const { totalContacts, activeContacts, healthyCount, unengagedCount, riskyCount, invalidCount } = stats;
  const rows: [string, number | null][] = [
    ["  contacts now", totalContacts],
    ["  active", activeContacts],
    ["  healthy", healthyCount],
    ["  unengaged", unengagedCount],
    ["  risky", riskyCount],
    ["  invalid", invalidCount],
    ["  bounced", stats.bouncedCount],
    ["  complained", stats.complainedCount],
  ];
  return textTable(
    rows.map(([word, n]) => [word, count(n ?? 0)]),
    [1],
  );
}

function reasonsText({ reasons }: HealthStats): string {
  const found = Object.entries(reasons ?? {}).filter(([, n]) => n > 0) as [HealthReason, number][];
  if (found.length === 0) return "";
  return textTable(
    [["  reason", "contacts", ""], ...found.map(([name, n]) => [`  ${name}`, count(n), reasonClass[name]])],
    [1],
  );
}

function trendText(runs: readonly HealthRun[]): string {
  if (runs.length < 2) return "";
  const rows = runs.map(({ finishedAt, healthScore, contacts }) => {
    return [`  ${minuteOf(finishedAt)}`, String(healthScore), count(contacts)];
  });
  return textTable([["  runs", "score", "contacts"], ...rows], [1, 2]);
}

/** Whom a run found: a table, JSON lines, or all of them as a CSV. */
export async function listFindings(settings: Settings, flags: FindingFlags): Promise<void> {
  const { client } = connect(settings);
  const which = selectionOf(flags);
  if (flags.csv) {
    const file = await client.exportFindings(which);
    return pipeline(Readable.fromWeb(file), process.stdout, { end: false });
  }
  const { findings, hasMore, runId } = await client.health.findings.query({ ...which, limit: flags.limit });
  if (flags.json) {
    for (const finding of findings) print(JSON.stringify(finding));
    return;
  }
  if (runId === null) return print(`There was no health run yet. Start one: ${run} health run`);
  if (findings.length === 0) return print("The run found no such contacts.");
  print(textTable([["email", "status", "class", "reasons", "meant"], ...findings.map(findingRow)]));
  if (hasMore) print(moreLine(flags.limit, "--csv for all of them"));
}

function findingRow({ contact, class: found, reasons, suggestion }: HealthFinding): string[] {
  const meant = suggestion === null ? "" : printable(suggestion, 48);
  return [printable(contact.email, 48), contact.status, found, reasons.join(", "), meant];
}

/** Tags or unsubscribes whom a run found. @returns the exit code */
export async function changeFound(
  settings: Settings,
  change: { action: "tag"; tag: string } | { action: "unsubscribe" },
  flags: FoundFlags & EndFlags,
): Promise<0 | 1> {
  if ((flags.class === undefined) === (flags.reason === undefined)) {
    throw new CommandError("Say whom you mean: --class or --reason, one of them.", 2);
  }
  const { client } = connect(settings);
  const { jobId } = await client.health.change.mutate({ ...selectionOf(flags), ...change });
  return awaitEnd(client, jobId, displayFor(flags), flags);
}

function selectionOf({ class: found, reason, run: runId }: FoundFlags) {
  return { ...(found && { class: found }), ...(reason && { reason }), ...(runId !== undefined && { runId }) };
}
