import type { RosterClient } from "@roster/client/client.ts";
import { contactNamed } from "../argument/named-contact.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { minuteOf } from "../text/moment.ts";
import { moreLine } from "../text/more-line.ts";
import { printable, textTable } from "../text/text-table.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

type Merge = Awaited<ReturnType<RosterClient["contacts"]["getMerge"]["query"]>>;

/**
 * Makes several contacts one.
 * @param keep the one that stays, by its email, id or externalId
 * @param others those that it takes up, in the order in which their values count
 */
export async function mergeDuplicates(
  settings: Settings,
  keep: string,
  others: readonly string[],
  { preview, json }: { preview?: boolean; json?: boolean },
): Promise<void> {
  const { client } = connect(settings);
  const kept = await contactNamed(client, keep);
  const merge: string[] = [];
  for (const named of others) merge.push((await contactNamed(client, named)).id);
  const wish = { keep: kept.id, merge };
  if (preview) {
    const { contact } = await client.contacts.previewMerge.query(wish);
    return print(JSON.stringify(contact, null, json ? undefined : 2));
  }
  const done = await client.contacts.merge.mutate(wish);
  if (json) return print(JSON.stringify(done));
  const { id, merged } = done.merge;
  print(`${printable(kept.email, 64)} has taken up ${merged.map(nameOf).join(", ")}.`);
  print(`Take it back: ${run} duplicates undo ${id}`);
}

/** Merges, newest first. */
export async function listMerges(
  settings: Settings,
  { limit, json }: { limit: number; json?: boolean },
): Promise<void> {
  const { merges, hasMore } = await connect(settings).client.contacts.merges.query({ limit });
  if (json) {
    for (const merge of merges) print(JSON.stringify(merge));
    return;
  }
  if (merges.length === 0) return print("Nobody was merged yet.");
  const rows = merges.map((merge) => [
    minuteOf(merge.createdAt),
    merge.id,
    merge.keptId,
    merge.merged.map(nameOf).join(", "),
    stateOf(merge),
  ]);
  print(textTable([["when", "merge", "kept", "merged", "undo"], ...rows]));
  if (hasMore) print(moreLine(limit));
}

/** Takes a merge back, and says what of it stays. */
export async function undoMerge(settings: Settings, id: string, { json }: { json?: boolean }): Promise<void> {
  const undone = await connect(settings).client.contacts.undoMerge.mutate({ id });
  if (json) return print(JSON.stringify(undone));
  print(`There again: ${undone.returned.map(({ email }) => printable(email, 64)).join(", ") || "nobody"}.`);
  for (const { field, message } of undone.rest)
    print(`  ${printable(field, 64)}: ${printable(message, 300)}`);
}

function nameOf({ id, email }: Merge["merged"][number]): string {
  return email === null ? id : printable(email, 64);
}

function stateOf({ undoneAt, undoable }: Merge): string {
  if (undoneAt !== null) return `undone ${minuteOf(undoneAt)}`;
  return undoable ? "possible" : "expired";
}
