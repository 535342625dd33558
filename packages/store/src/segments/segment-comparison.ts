import { capitalsOf } from "@roster/domain/segments/folded-text.ts";
import type { NumberHow, TextHow } from "@roster/domain/segments/segment-condition.ts";
import type { Stretch } from "@roster/domain/segments/segment-time.ts";
import type { Db, Fragment } from "../open.ts";
import { arrayLiteral, numberArrayLiteral } from "../sql/array-literal.ts";

/** Whether a text compares so with any of these, which are folded. */
export function textSql(sql: Db, text: Fragment, how: TextHow, any: readonly string[]): Fragment {
  const folded = foldedSql(sql, text, any);
  return how === "is"
    ? sql`${folded} = any(${arrayLiteral(any)}::text[])`
    : sql`${folded} like ${pattern(how, any[0]!)}`;
}

/**
 * The domain's `foldedText`, as far as it matters beside these texts: a capital whose small letter is in none of them may stay
 * as it is. By the rules of "C", lower() folds ASCII and nothing else, on every installation.
 */
function foldedSql(sql: Db, text: Fragment, beside: readonly string[]): Fragment {
  let capitals = "";
  let smalls = "";
  for (const small of new Set(beside.join(""))) {
    if (small <= "\x7f") continue;
    for (const capital of capitalsOf(small)) {
      capitals += capital;
      smalls += small;
    }
  }
  const folded = sql`lower(${text} collate "C")`;
  return capitals === "" ? folded : sql`translate(${folded}, ${capitals}, ${smalls})`;
}

/** What `like` takes for a text that is compared so. */
export function pattern(how: TextHow, text: string): string {
  const literal = text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
  return `${how === "starts" ? "" : "%"}${literal}${how === "ends" ? "" : "%"}`;
}

/** Whether a number compares so with any of these. */
export function numberSql(sql: Db, number: Fragment, how: NumberHow, any: readonly number[]): Fragment {
  if (how === "is") return sql`${number} = any(${numberArrayLiteral(any)}::float8[])`;
  return how === "above" ? sql`${number} > ${any[0]!}::float8` : sql`${number} < ${any[0]!}::float8`;
}

/** Whether a time is in a stretch. To the millisecond, though the database knows of microseconds: the ends are whole ones, and the second is not in it. */
export function timeSql(sql: Db, time: Fragment, { from, until }: Stretch): Fragment {
  const at = (ms: number) => new Date(ms).toISOString();
  if (from === null) return sql`${time} < ${at(until!)}::timestamptz`;
  if (until === null) return sql`${time} >= ${at(from)}::timestamptz`;
  return sql`(${time} >= ${at(from)}::timestamptz and ${time} < ${at(until)}::timestamptz)`;
}
