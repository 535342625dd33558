import type { RosterClient } from "@roster/client/client.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { namedList } from "../argument/named-list.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { printable, textTable } from "../text/text-table.ts";
import { type ChangeFlags, changeContacts } from "./contacts.ts";

export type JsonFlag = { json?: boolean };

type List = Awaited<ReturnType<RosterClient["lists"]["all"]["query"]>>[number];

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** All lists, newest first, with how many contacts are on each. */
export async function showLists(settings: Settings, { json }: JsonFlag): Promise<void> {
  const lists = await connect(settings).client.lists.all.query();
  if (json) return print(JSON.stringify(lists));
  if (lists.length === 0) return print(`There are no lists. Make one: ${run} lists create NAME`);
  const rows = lists.map(({ slug, name, contacts, id }) => [slug, printable(name, 48), String(contacts), id]);
  print(textTable([["list", "name", "contacts", "id"], ...rows], [2]));
}

export async function makeList(settings: Settings, name: string, flags: JsonFlag): Promise<void> {
  tell(await connect(settings).client.lists.create.mutate({ name }), flags);
}

export async function renameList(
  settings: Settings,
  list: string,
  name: string,
  flags: JsonFlag,
): Promise<void> {
  const { client } = connect(settings);
  const { id } = await namedList(client, list);
  tell(await client.lists.rename.mutate({ id, name }), flags);
}

export async function copyList(
  settings: Settings,
  list: string,
  name: string | undefined,
  flags: JsonFlag,
): Promise<void> {
  const { client } = connect(settings);
  const { id } = await namedList(client, list);
  tell(await client.lists.duplicate.mutate({ id, ...(name !== undefined && { name }) }), flags);
}

/** Deletes lists, all or none. @throws CommandError without `yes` */
export async function removeLists(
  settings: Settings,
  lists: readonly string[],
  { yes = false }: { yes?: boolean },
): Promise<void> {
  if (!yes) throw new CommandError("A list does not come back. If you mean it, add --yes.", 2);
  const { client } = connect(settings);
  const ids: string[] = [];
  for (const list of lists) ids.push((await namedList(client, list)).id);
  const { deleted } = await client.lists.delete.mutate({ ids });
  print(`Deleted ${deleted === 1 ? "the list" : `${deleted} lists`}. The contacts are there still.`);
}

/** Puts contacts on a list or takes them off it, by a job. @returns the exit code */
export async function changeMembers(
  settings: Settings,
  list: string,
  how: "addToLists" | "removeFromLists",
  flags: ChangeFlags,
): Promise<0 | 1> {
  const change = (id: string) => ({ action: "update" as const, [how]: [id] });
  // Whom it is about is judged before a server is asked.
  return changeContacts(
    settings,
    isUuid(list) ? change(list) : async (client) => change((await namedList(client, list)).id),
    flags,
  );
}

function tell(list: List, { json }: JsonFlag): void {
  const { slug, name, contacts, id } = list;
  const number = `${contacts} ${contacts === 1 ? "contact" : "contacts"}`;
  print(json ? JSON.stringify(list) : `${slug}: ${printable(name, 100)}, ${number} (${id})`);
}
