import { numberPattern } from "@roster/domain/contacts/attribute-item.ts";
import type { SegmentTest } from "@roster/domain/segments/segment-condition.ts";
import { dayPattern, type Stretch, timePattern } from "@roster/domain/segments/segment-time.ts";
import type { Db, Fragment } from "../open.ts";
import { numberSql, textSql, timeSql } from "./segment-comparison.ts";

type AttributeTest = Extract<SegmentTest, { test: "text" | "number" | "time" }>;

/** A test of an attribute of `contacts c`, as `itemText`, `itemNumber` and `itemTime` read it. */
export function attributeSql(sql: Db, key: string, test: AttributeTest): Fragment {
  switch (test.test) {
    case "text":
      return anyItem(sql, key, ({ text }) => {
        return sql`when 'object' then false else ${textSql(sql, text, test.how, test.any)}`;
      });
    case "number": {
      const { how, any } = test;
      return anyItem(sql, key, ({ json, text }) => {
        return sql`when 'number' then ${numberSql(sql, sql`${json}::float8`, how, any)}
          when 'string' then case when ${text} ~ ${numberPattern} then ${numberSql(sql, sql`${text}::float8`, how, any)} end`;
      });
    }
    case "time":
      return anyItem(sql, key, ({ text }) => sql`when 'string' then ${timeTextSql(sql, text, test.stretch)}`);
  }
}

/** Whether an attribute of `contacts c` says anything. */
export function attributeFilled(sql: Db, key: string): Fragment {
  return sql`${attribute(sql, key)} not in ('null', '""', '[]', '{}')`;
}

const attribute = (sql: Db, key: string) => sql`(c.attributes -> ${key}::text)`;

/** An attribute or an item of a list, as it is and as a text. */
type Item = { json: Fragment; text: Fragment };

/**
 * Whether something is true of an attribute, or of an item of a list.
 * @param cases what is true of an item, as the branches of a `case` over its type. Only a case says what is looked at first: a cast
 *   beside a condition may come before it.
 */
function anyItem(sql: Db, key: string, cases: (item: Item) => Fragment): Fragment {
  const json = attribute(sql, key);
  const own = { json, text: sql`(c.attributes ->> ${key}::text)` };
  const inList = { json: sql`i.item`, text: sql`(i.item #>> '{}')` };
  return sql`case jsonb_typeof(${json})
    when 'array' then exists (
      select from jsonb_array_elements(${json}) i (item)
      where case jsonb_typeof(i.item) when 'array' then false ${cases(inList)} end)
    ${cases(own)} end`;
}

/**
 * Whether a text is a day or a time in a stretch. Most texts lie so far outside that their first letters say so: to know them for a
 * day takes five times as long, and a day is in order with other days as a text is.
 */
function timeTextSql(sql: Db, text: Fragment, stretch: Stretch): Fragment {
  const { from, until } = stretch;
  // A zone moves a time by less than a day, the clock by less than another.
  return sql`(${daysBetween(sql, text, { from: dayText(from, -2), until: dayText(until, 2) })} and case
    when ${text} ~ ${dayPattern} then ${daysBetween(sql, text, { from: dayText(from, 0), until: dayText(until, 0) })}
    when ${text} ~ ${timePattern} then ${timeSql(sql, timeOfText(sql, text), stretch)} end)`;
}

/** A zone is put behind a text that has none; behind the milliseconds PostgreSQL would round, and the domain cuts. */
function timeOfText(sql: Db, text: Fragment): Fragment {
  return sql`(regexp_replace(${text}, '([.][0-9]{3})[0-9]+', '\\1')
    || case when ${text} ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$' then '' else 'Z' end)::timestamptz`;
}

function daysBetween(
  sql: Db,
  text: Fragment,
  { from, until }: { from: string | null; until: string | null },
): Fragment {
  return sql`(${from === null ? sql`true` : sql`${text} collate "C" >= ${from}::text`}
    and ${until === null ? sql`true` : sql`${text} collate "C" < ${until}::text`})`;
}

const dayMs = 86_400_000;

/** The first day that does not begin before a moment, some days moved, as a text; null for no moment. */
function dayText(ms: number | null, moved: number): string | null {
  return ms === null ? null : new Date((Math.ceil(ms / dayMs) + moved) * dayMs).toISOString().slice(0, 10);
}
