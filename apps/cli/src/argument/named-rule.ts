import type { RosterClient } from "@roster/client/client.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { CommandError } from "../command-error.ts";
import { run } from "../invocation.ts";
import { printable } from "../text/text-table.ts";

export type Rule = Awaited<ReturnType<RosterClient["scoring"]["rules"]["get"]["query"]>>;

/** A rule about scores by its id or its name. @throws CommandError where there is none, or several have the name */
export async function namedRule(client: RosterClient, named: string): Promise<Rule> {
  if (isUuid(named)) return client.scoring.rules.get.query({ id: named });
  const rules = (await client.scoring.rules.list.query()).filter(({ name }) => name === named.trim());
  const [rule] = rules;
  const shown = printable(named, 100);
  if (rule === undefined) throw new CommandError(`There is no rule ${shown}. See “${run} scoring list”.`);
  if (rules.length === 1) return rule;
  throw new CommandError(
    `${rules.length} rules are called ${shown}. Name one by its id: ${rules.map(({ id }) => id).join(", ")}.`,
  );
}
