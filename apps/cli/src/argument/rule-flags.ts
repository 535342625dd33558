import type { RosterClient } from "@roster/client/client.ts";
import type { EventType } from "@roster/domain/events/event.ts";
import { CommandError } from "../command-error.ts";
import { jsonFile } from "./json-file.ts";

/** The flags by which `scoring create` and `update` say what a rule is, as commander hands them over. */
export type RuleFlags = {
  event?: EventType;
  points?: number;
  campaign?: string;
  withinDays?: number;
  withTag?: string[];
  attribute?: string[];
  /** False for --no-condition. */
  condition?: boolean;
  description?: string;
  priority?: number;
  file?: string;
};

export type RuleChanges = Omit<Parameters<RosterClient["scoring"]["rules"]["update"]["mutate"]>[0], "id">;
type Condition = Record<string, unknown>;

/**
 * What the flags, and the file that one of them names, say of a rule; a flag wins over the file. Whether that is a rule is the
 * server's to say.
 * @throws CommandError (exit code 2) for a file that is no JSON object, and an attribute that is no pair
 */
export async function ruleChanges(flags: RuleFlags, workingDir: string): Promise<RuleChanges> {
  const { event, points, description, priority } = flags;
  const condition = conditionOf(flags);
  return {
    ...(flags.file !== undefined && (await ruleIn(workingDir, flags.file))),
    ...(event && { eventType: event }),
    ...(points !== undefined && { scoreDelta: points }),
    ...(description !== undefined && { description: description === "" ? null : description }),
    ...(priority !== undefined && { priority }),
    ...(condition && { condition }),
  };
}

async function ruleIn(workingDir: string, file: string): Promise<object> {
  const expected = "Write a rule as docs/scoring.md shows it.";
  const rule = await jsonFile(workingDir, file, expected);
  if (typeof rule === "object" && rule !== null && !Array.isArray(rule)) return rule;
  throw new CommandError(`${file} holds no JSON object. ${expected}`, 2);
}

function conditionOf({ campaign, withinDays, withTag, attribute, condition }: RuleFlags): Condition | null {
  const wanted: Condition = {
    ...(campaign !== undefined && { campaignId: campaign }),
    ...(withinDays !== undefined && { withinDays }),
    ...(withTag && { tags: withTag }),
    ...(attribute && attributesOf(attribute)),
  };
  const isGiven = Object.keys(wanted).length > 0;
  if (condition === false && isGiven)
    throw new CommandError("--no-condition stands alone: leave out the others.", 2);
  return isGiven || condition === false ? wanted : null;
}

/** `key=value` pairs; a value may contain `=`, so that the first one divides, and a key that is named twice means either value. */
function attributesOf(pairs: readonly string[]): Condition {
  const values = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [key, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at === -1 || key === "" || value === "") {
      throw new CommandError(`--attribute ${pair}: write it as key=value, such as plan=pro.`, 2);
    }
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return Object.fromEntries([...values].map(([key, some]) => [`metadata.${key}`, some]));
}
