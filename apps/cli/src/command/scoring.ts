import type { RosterClient } from "@roster/client/client.ts";
import { namedRule, type Rule } from "../argument/named-rule.ts";
import { type RuleChanges, type RuleFlags, ruleChanges } from "../argument/rule-flags.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { minuteOf } from "../text/moment.ts";
import { displayFor } from "../text/progress-display.ts";
import { conditionWords, pointsWord } from "../text/rule-words.ts";
import { printable, textTable } from "../text/text-table.ts";
import { awaitEnd, type EndFlags } from "./job-end.ts";

type JsonFlag = { json?: boolean | undefined };
type Written = { rule: Rule; rescoreJobId: string | null };

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** All rules in the order in which they are applied. */
export async function showRules(settings: Settings, { json }: JsonFlag): Promise<void> {
  const rules = await connect(settings).client.scoring.rules.list.query();
  if (json) return print(JSON.stringify(rules));
  if (rules.length === 0) {
    return print(`There are no rules. Make one: ${run} scoring create --help`);
  }
  const rows = rules.map(({ name, isActive, priority, eventType, scoreDelta, condition, id }) => [
    printable(name, 48),
    isActive ? "on" : "off",
    String(priority),
    eventType,
    pointsWord(scoreDelta),
    conditionWords(condition),
    id,
  ]);
  print(textTable([["rule", "", "priority", "event", "points", "if", "id"], ...rows], [2, 4]));
}

export async function showRule(settings: Settings, named: string, { json }: JsonFlag): Promise<void> {
  const rule = await namedRule(connect(settings).client, named);
  if (json) return print(JSON.stringify(rule));
  const { name, isActive, priority, eventType, scoreDelta, condition, description } = rule;
  const rows = [
    ["  id", rule.id],
    ["  state", isActive ? "on" : "off"],
    ["  event", eventType],
    ["  points", pointsWord(scoreDelta)],
    ["  if", conditionWords(condition)],
    ["  priority", String(priority)],
    ...(description === null ? [] : [["  description", printable(description, 1000)]]),
    ["  made", minuteOf(rule.createdAt)],
    ["  changed", minuteOf(rule.updatedAt)],
  ];
  print(`${printable(name, 100)}\n${textTable(rows)}`);
}

export type CreateFlags = RuleFlags & JsonFlag & { off?: boolean };

/** Makes a rule. @throws CommandError (exit code 2) where the name, the event or the points are missing */
export async function createRule(
  settings: Settings,
  name: string | undefined,
  { json, off, ...flags }: CreateFlags,
): Promise<void> {
  const given = await ruleChanges(flags, settings.workingDir);
  const wish = { ...given, ...(name !== undefined && { name }), ...(off && { isActive: false }) };
  if (!isWhole(wish)) {
    throw new CommandError(
      "A rule needs a name, an event and points: --event opened --points 10, or --file with all of them.",
      2,
    );
  }
  tell(await connect(settings).client.scoring.rules.create.mutate(wish), { json });
}

type Whole = Parameters<RosterClient["scoring"]["rules"]["create"]["mutate"]>[0];

function isWhole(wish: RuleChanges): wish is Whole {
  return wish.name !== undefined && wish.eventType !== undefined && wish.scoreDelta !== undefined;
}

/** Changes what is given of a rule. @throws CommandError (exit code 2) where that is nothing */
export async function updateRule(
  settings: Settings,
  named: string,
  { json, name, ...flags }: RuleFlags & JsonFlag & { name?: string },
): Promise<void> {
  const changes = { ...(await ruleChanges(flags, settings.workingDir)), ...(name !== undefined && { name }) };
  if (Object.keys(changes).length === 0) {
    throw new CommandError("Say what to change; --help names what can be.", 2);
  }
  return change(settings, named, changes, { json });
}

/** Switches a rule on or off. */
export function switchRule(
  settings: Settings,
  named: string,
  isActive: boolean,
  flags: JsonFlag,
): Promise<void> {
  return change(settings, named, { isActive }, flags);
}

async function change(
  settings: Settings,
  named: string,
  changes: RuleChanges,
  flags: JsonFlag,
): Promise<void> {
  const { client } = connect(settings);
  const { id } = await namedRule(client, named);
  tell(await client.scoring.rules.update.mutate({ id, ...changes }), flags);
}

export async function deleteRule(settings: Settings, named: string, { json }: JsonFlag): Promise<void> {
  const { client } = connect(settings);
  const rule = await namedRule(client, named);
  const { rescoreJobId } = await client.scoring.rules.delete.mutate({ id: rule.id });
  if (json) return print(JSON.stringify({ rule, rescoreJobId }));
  print(`The rule ${printable(rule.name, 100)} is gone. ${scoresLine(rescoreJobId)}`);
}

/** Computes all scores anew, or joins the job that waits to. @returns the exit code */
export async function rescore(settings: Settings, flags: EndFlags): Promise<0 | 1> {
  const { client } = connect(settings);
  const { jobId } = await client.scoring.rescore.mutate({});
  return awaitEnd(client, jobId, displayFor(flags), flags);
}

function tell({ rule, rescoreJobId }: Written, { json }: JsonFlag): void {
  if (json) {
    print(JSON.stringify({ rule, rescoreJobId }));
    return;
  }
  const { name, isActive, eventType, scoreDelta, condition, id } = rule;
  const asked = Object.keys(condition).length === 0 ? "" : `, if ${conditionWords(condition)}`;
  const off = isActive ? "" : " (off)";
  print(`${printable(name, 100)}${off}: ${pointsWord(scoreDelta)} for ${eventType}${asked} (${id})`);
  print(scoresLine(rescoreJobId));
}

function scoresLine(jobId: string | null): string {
  return jobId === null ? "No score changes by it." : `Scores are computed anew: ${run} jobs show ${jobId}`;
}
