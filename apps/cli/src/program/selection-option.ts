import { Tier } from "@roster/domain/scores/score.ts";
import { type Command, InvalidArgumentError } from "commander";
import { repeated, repeatedChoice } from "../argument/repeated.ts";

/** The options that describe contacts wherever contacts are selected; they add up. */
export function selectionOptions(command: Command): Command {
  return command
    .option("--search <text>", "those whose email or name holds this")
    .option("--with-tag <tag>", "those who have this tag, or another one that is given; repeatable", repeated)
    .option("--list <list>", "those who are on this list: its short name, name or id")
    .option("--segment <segment>", "those who are in this segment now: its name or id")
    .option(
      "--tier <tier>",
      `those of this tier of scores: ${Tier.options.join(", ")}; repeatable`,
      repeatedChoice(Tier.options),
    )
    .option("--min-score <n>", "those whose score is so high, or higher", score);
}

function score(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new InvalidArgumentError("Write a whole number from 0 to 100.");
}
