import type { Score } from "@roster/domain/scores/score.ts";
import { bar } from "./progress-line.ts";
import { printable, textTable } from "./text-table.ts";

/** A contact's score and what it is made of, as a text of several lines for people. */
export function scoreText(email: string, { score, tier, factors }: Score): string {
  const { openRate, clickRate, recency, frequency } = factors;
  const rows = [
    ["  opened", `${percent(openRate)} of the mails`],
    ["  clicked", `${percent(clickRate)} of the mails`],
    ["  last open or click", ago(recency)],
    ["  frequency", frequency],
  ];
  return `${printable(email, 100)}\nScore  ${bar(score, 24)} ${score} of 100, ${tier}\n${textTable(rows)}`;
}

const percent = (part: number) => `${Math.round(part * 100)} %`;

/** @param recency whole days, as `3d` */
function ago(recency: string | null): string {
  if (recency === null) return "never";
  const days = Number.parseInt(recency, 10);
  return days === 0 ? "within the last day" : `${days} ${days === 1 ? "day" : "days"} ago`;
}
