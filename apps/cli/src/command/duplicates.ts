import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { progressDisplay, quietDisplay } from "../text/progress-display.ts";
import { count } from "../text/quantity.ts";
import { printable } from "../text/text-table.ts";
import { awaitEnd, type EndFlags } from "./job-end.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Starts a search, or joins the one that has not ended. @returns the exit code */
export async function findDuplicates(settings: Settings, flags: EndFlags): Promise<0 | 1> {
  const { client } = connect(settings);
  const { jobId } = await client.contacts.findDuplicates.mutate();
  const display = flags.json ? quietDisplay(process.stderr) : progressDisplay(process.stderr);
  const exitCode = await awaitEnd(client, jobId, display, flags);
  if (exitCode === 0 && flags.wait && !flags.json) {
    const { run: found } = await client.contacts.duplicates.query({ limit: 1 });
    const groups = found?.groups ?? 0;
    print(`${groups === 1 ? "1 group" : `${count(groups)} groups`}. See them: ${run} duplicates list`);
  }
  return exitCode;
}

export type GroupFlags = { evidence?: "email" | "phone"; limit: number; json?: boolean };

/** What the last search found: what they share, and who they are. */
export async function listDuplicates(settings: Settings, flags: GroupFlags): Promise<void> {
  const { evidence, limit, json } = flags;
  const page = await connect(settings).client.contacts.duplicates.query({
    limit,
    ...(evidence && { evidence }),
  });
  if (json) {
    for (const group of page.groups) print(JSON.stringify(group));
    return;
  }
  if (page.run === null) return print(`There was no search yet. Start one: ${run} duplicates find`);
  if (page.groups.length === 0) return print("The last search found no such groups.");
  for (const { evidence: shared, key, size, contacts } of page.groups) {
    print(`${shared} ${printable(key, 64)}: ${count(size)} contacts`);
    for (const { email, id, status } of contacts) print(`  ${printable(email, 64)}  ${status}  ${id}`);
  }
  if (page.hasMore) print(`There are more: --limit ${limit * 2}`);
}
