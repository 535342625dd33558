import type { Rule } from "../argument/named-rule.ts";
import { printable } from "./text-table.ts";

/** What a rule asks for beside the type of the event, in the words of docs/scoring.md; – for nothing. */
export function conditionWords(condition: Rule["condition"]): string {
  const parts = Object.entries(condition).flatMap(([part, tests]) => {
    if (part === "withinDays") return [`within ${tests} ${tests === 1 ? "day" : "days"}`];
    return Object.entries(tests as object).map(([operator, operand]) => testWords(part, operator, operand));
  });
  return parts.length === 0 ? "–" : printable(parts.join(", "), 200);
}

function testWords(part: string, operator: string, operand: unknown): string {
  const words = `${part} ${operator.replaceAll("_", " ")}`;
  if (operand === true && operator.startsWith("is_")) return words;
  return `${words} ${Array.isArray(operand) ? operand.join(" or ") : String(operand)}`;
}

/** Points with their sign: "+15". */
export function pointsWord(points: number): string {
  return points > 0 ? `+${points}` : String(points);
}
