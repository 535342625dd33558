import type { RosterClient } from "@roster/client/client.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { CommandError } from "../command-error.ts";
import { run } from "../invocation.ts";
import { printable } from "../text/text-table.ts";

/** A list by its id, its short name or its name. @throws CommandError where there is none */
export async function namedList(client: RosterClient, named: string): Promise<{ id: string }> {
  if (isUuid(named)) return client.lists.get.query({ id: named });
  const lists = await client.lists.all.query();
  const list = lists.find(({ slug }) => slug === named) ?? lists.find(({ name }) => name === named.trim());
  if (list !== undefined) return list;
  throw new CommandError(`There is no list ${printable(named, 100)}. See “${run} lists list”.`);
}

/** The filter `listId` of a list that a flag names; nothing where it names none. */
export async function listFilter(
  client: RosterClient,
  list: string | undefined,
): Promise<{ listId?: string }> {
  return list === undefined ? {} : { listId: (await namedList(client, list)).id };
}
