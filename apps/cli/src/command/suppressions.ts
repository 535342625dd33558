import type { RosterClient } from "@roster/client/client.ts";
import type { SuppressedStatus } from "@roster/domain/suppressions/suppression-entry.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { minuteOf } from "../text/moment.ts";
import { moreLine } from "../text/more-line.ts";
import { count } from "../text/quantity.ts";
import { printable, textTable } from "../text/text-table.ts";

export type JsonFlag = { json?: boolean };
export type ListFlags = JsonFlag & { status?: SuppressedStatus; reason?: string; limit: number };
export type AddFlags = JsonFlag & { status?: SuppressedStatus; reason?: string };

type Suppressions = RosterClient["suppressions"];
type Entry = Awaited<ReturnType<Suppressions["list"]["query"]>>["entries"][number];

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** The newest entries, one a line; without their addresses, of which only hashes are kept. */
export async function listSuppressions(
  settings: Settings,
  { json, status, reason, limit }: ListFlags,
): Promise<void> {
  const query = { limit, ...(status && { status }), ...(reason !== undefined && { reason }) };
  const { entries, hasMore } = await connect(settings).client.suppressions.list.query(query);
  if (json) {
    for (const entry of entries) print(JSON.stringify(entry));
    return;
  }
  if (entries.length === 0) return print("There are no such entries.");
  print(textTable([["status", "reason", "since", "id"], ...entries.map(row)]));
  if (hasMore) print(moreLine(limit));
}

function row({ status, reason, createdAt, id }: Pick<Entry, "status" | "reason" | "createdAt" | "id">) {
  return [status, printable(reason, 64), minuteOf(createdAt), id];
}

/** @returns the exit code: 1 where something is no address */
export async function addSuppressions(
  settings: Settings,
  emails: string[],
  { json, status, reason }: AddFlags,
): Promise<0 | 1> {
  const input = { emails, ...(status && { status }), ...(reason !== undefined && { reason }) };
  const { counters, failures } = await connect(settings).client.suppressions.add.mutate(input);
  if (json) print(JSON.stringify({ counters, failures }));
  else {
    const { created, updated, unchanged, duplicate } = counters;
    const there = unchanged + duplicate;
    const told = [`${count(created)} put on the list`];
    if (updated > 0) told.push(`${count(updated)} made stricter`);
    if (there > 0) told.push(`${count(there)} on the list already`);
    print(told.join(", "));
    for (const { email, message } of failures) print(`${printable(email)}: ${message}`);
  }
  return failures.length === 0 ? 0 : 1;
}

/** Which of the addresses are not to be mailed, and why. */
export async function checkSuppressions(
  settings: Settings,
  emails: string[],
  { json }: JsonFlag,
): Promise<void> {
  const checked = await connect(settings).client.suppressions.check.mutate({ emails });
  if (json) return print(JSON.stringify(checked));
  const suppressed = checked.suppressed.map(({ email, status, entry, contact }) => {
    const why = entry?.reason ?? "the contact's status";
    return [printable(email), status, printable(why), contact?.id ?? "no contact"];
  });
  const clear = checked.clear.map((email) => [printable(email), "may be mailed", "", ""]);
  const invalid = checked.invalid.map((text) => [printable(text), "no address", "", ""]);
  print(textTable([["address", "status", "reason", "contact"], ...suppressed, ...clear, ...invalid]));
}

export async function removeSuppression(
  settings: Settings,
  named: string,
  { json, force = false }: JsonFlag & { force?: boolean },
): Promise<void> {
  const entry = await connect(settings).client.suppressions.remove.mutate({ named, force });
  print(
    json ? JSON.stringify(entry) : "It is off the list. A contact that has the address keeps its status.",
  );
}

/** Erases a person, and says how far that is. */
export async function erasePerson(
  settings: Settings,
  email: string,
  { json, yes }: JsonFlag & { yes?: boolean },
): Promise<void> {
  if (!yes) throw new CommandError("An erasure cannot be undone. If you mean it, add --yes.", 2);
  const erasure = await connect(settings).client.erasures.start.mutate({ email });
  if (json) return print(JSON.stringify(erasure));
  const contact = erasure.removed.contacts > 0 ? "The contact is gone." : "There was no contact.";
  print(`${contact} Copies of the address are being looked for: ${run} jobs show ${erasure.jobId}`);
}
