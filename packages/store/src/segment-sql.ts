import { numberPattern } from "@roster/domain/attribute-item.ts";
import { capitalsOf } from "@roster/domain/folded-text.ts";
import { scoreWithoutEvents, tierOf } from "@roster/domain/score.ts";
import type { SegmentCondition, SegmentTest, Source } from "@roster/domain/segment-condition.ts";
import {
  type NumberSegmentField,
  segmentFields,
  type TextSegmentField,
  type TimeSegmentField,
} from "@roster/domain/segment-field.ts";
import type { Stretch } from "@roster/domain/segment-time.ts";
import { dayPattern, timePattern } from "@roster/domain/segment-time.ts";
import type postgres from "postgres";
import { arrayLiteral, numberArrayLiteral } from "./array-literal.ts";
import { shownName } from "./contact-row.ts";
import type { Db } from "./open.ts";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * The domain's `holds` as a condition on `contacts c`. All that a caller wrote is a parameter; names of columns come from the
 * tables below. It is true, false or null, where null means false, and no value that a contact may have makes it fail.
 */
export function segmentWhere(sql: Db, condition: SegmentCondition): Fragment {
  const where = conditionSql(sql, condition);
  if (!readsEngagement(condition)) return where;
  // One look at the row for all that is asked of it; joined from nothing, because most contacts may have none.
  return sql`exists (
    select from (select) one
    left join engagement e on e.tenant_id = c.tenant_id and e.contact_id = c.id
    where ${where})`;
}

function readsEngagement(condition: SegmentCondition): boolean {
  if ("all" in condition) return condition.all.some(readsEngagement);
  if ("not" in condition) return readsEngagement(condition.not);
  if (!("test" in condition)) return condition.any.some(readsEngagement);
  if (condition.test === "tier") return true;
  return "of" in condition && "field" in condition.of && engagementFields.has(condition.of.field);
}

const engagementFields: ReadonlySet<string> = new Set<string>([
  "score",
  "sent",
  "delivered",
  "opened",
  "clicked",
  "softBounces",
  "firstSentAt",
  "lastSentAt",
  "lastOpenedAt",
  "lastClickedAt",
]);

function conditionSql(sql: Db, condition: SegmentCondition): Fragment {
  if ("all" in condition) return joined(sql, condition.all, sql`and`, sql`true`);
  // Null is not true as well.
  if ("not" in condition) return sql`(${conditionSql(sql, condition.not)}) is not true`;
  if (!("test" in condition)) return joined(sql, condition.any, sql`or`, sql`false`);
  return testSql(sql, condition);
}

function joined(
  sql: Db,
  conditions: readonly SegmentCondition[],
  word: Fragment,
  ofNone: Fragment,
): Fragment {
  const [first, ...others] = conditions.map((condition) => conditionSql(sql, condition));
  if (first === undefined) return ofNone;
  return sql`(${others.reduce((before, next) => sql`${before} ${word} ${next}`, first)})`;
}

function testSql(sql: Db, test: SegmentTest): Fragment {
  switch (test.test) {
    case "status":
      return sql`c.status = any(${arrayLiteral(test.any)}::contact_status[])`;
    case "tier":
      return sql`coalesce(e.tier, ${tierOf(scoreWithoutEvents)}) = any(${arrayLiteral(test.any)}::text[])`;
    case "list":
      return sql`exists (
        select from list_members m
        where m.tenant_id = c.tenant_id and m.contact_id = c.id and m.list_id = any(${arrayLiteral(test.any)}::uuid[]))`;
    case "tags":
      return tagsSql(sql, test);
    case "filled":
      return filledSql(sql, test.of);
    case "text": {
      const { of, how, any } = test;
      if ("field" in of) return textSql(sql, textColumn(sql, of.field), how, any);
      return anyItem(sql, of.attribute, (item) => textSql(sql, itemText(sql, item), how, any));
    }
    case "number": {
      const { of, how, any } = test;
      if ("field" in of) return numberSql(sql, numberColumn(sql, of.field), how, any);
      return anyItem(sql, of.attribute, (item) => numberSql(sql, itemNumber(sql, item), how, any));
    }
    case "time": {
      const { of, stretch } = test;
      if ("field" in of) return timeSql(sql, timeColumn(sql, of.field), stretch);
      return anyItem(sql, of.attribute, (item) => timeSql(sql, itemTime(sql, item), stretch));
    }
  }
}

function textColumn(sql: Db, field: TextSegmentField): Fragment {
  switch (field) {
    case "email":
      return sql`c.email`;
    case "name":
      return shownName(sql);
    case "firstName":
      return sql`c.first_name`;
    case "lastName":
      return sql`c.last_name`;
    case "phone":
      return sql`c.phone`;
    case "externalId":
      return sql`c.external_id`;
    case "locale":
      return sql`c.locale`;
    case "consent":
      return sql`c.consent`;
    case "source":
      return sql`c.source`;
  }
}

/** Whoever has no row of sums never had an event. */
function numberColumn(sql: Db, field: NumberSegmentField): Fragment {
  switch (field) {
    case "score":
      return sql`coalesce(e.score, ${scoreWithoutEvents}::int2)`;
    case "sent":
      return sql`coalesce(e.sent, 0)`;
    case "delivered":
      return sql`coalesce(e.delivered, 0)`;
    case "opened":
      return sql`coalesce(e.opened, 0)`;
    case "clicked":
      return sql`coalesce(e.clicked, 0)`;
    case "softBounces":
      return sql`coalesce(e.soft_bounces, 0)`;
  }
}

function timeColumn(sql: Db, field: TimeSegmentField): Fragment {
  switch (field) {
    case "createdAt":
      return sql`c.created_at`;
    case "updatedAt":
      return sql`c.updated_at`;
    case "firstSentAt":
      return sql`e.first_sent_at`;
    case "lastSentAt":
      return sql`e.last_sent_at`;
    case "lastOpenedAt":
      return sql`e.last_opened_at`;
    case "lastClickedAt":
      return sql`e.last_clicked_at`;
  }
}

type TextHow = Extract<SegmentTest, { test: "text" }>["how"];

/** @param any folded */
function textSql(sql: Db, text: Fragment, how: TextHow, any: readonly string[]): Fragment {
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

function pattern(how: TextHow, text: string): string {
  const literal = text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
  return `${how === "starts" ? "" : "%"}${literal}${how === "ends" ? "" : "%"}`;
}

function tagsSql(sql: Db, { how, any }: Extract<SegmentTest, { test: "tags" }>): Fragment {
  if (how === "is") return sql`c.tags && ${arrayLiteral(any)}::text[]`;
  return sql`exists (select from unnest(c.tags) t (tag) where t.tag collate "C" like ${pattern(how, any[0]!)})`;
}

function numberSql(
  sql: Db,
  number: Fragment,
  how: "is" | "above" | "below",
  any: readonly number[],
): Fragment {
  if (how === "is") return sql`${number} = any(${numberArrayLiteral(any)}::float8[])`;
  return how === "above" ? sql`${number} > ${any[0]!}::float8` : sql`${number} < ${any[0]!}::float8`;
}

/** To the millisecond, though the database knows of microseconds: the ends are whole ones, and the second is not in it. */
function timeSql(sql: Db, time: Fragment, { from, until }: Stretch): Fragment {
  const at = (ms: number) => new Date(ms).toISOString();
  if (from === null) return sql`${time} < ${at(until!)}::timestamptz`;
  if (until === null) return sql`${time} >= ${at(from)}::timestamptz`;
  return sql`(${time} >= ${at(from)}::timestamptz and ${time} < ${at(until)}::timestamptz)`;
}

function filledSql(sql: Db, of: Source<TextSegmentField | TimeSegmentField | "tags">): Fragment {
  if ("attribute" in of) {
    return sql`${attribute(sql, of.attribute)} not in ('null', '""', '[]', '{}')`;
  }
  const { field } = of;
  if (field === "tags") return sql`c.tags <> '{}'`;
  return isTime(field) ? sql`${timeColumn(sql, field)} is not null` : sql`${textColumn(sql, field)} <> ''`;
}

function isTime(field: TextSegmentField | TimeSegmentField): field is TimeSegmentField {
  return segmentFields[field] === "time";
}

const attribute = (sql: Db, key: string) => sql`(c.attributes -> ${key}::text)`;

/** Whether something is true of an attribute, or of an item of a list. */
function anyItem(sql: Db, key: string, isTrue: (item: Fragment) => Fragment): Fragment {
  const value = attribute(sql, key);
  return sql`case jsonb_typeof(${value})
    when 'array' then exists (select from jsonb_array_elements(${value}) i (item) where ${isTrue(sql`i.item`)})
    else ${isTrue(value)} end`;
}

// Only a case says what is looked at first: a cast beside a condition may come before it.

function itemText(sql: Db, item: Fragment): Fragment {
  return sql`(case when jsonb_typeof(${item}) in ('string', 'number', 'boolean') then ${item} #>> '{}' end)`;
}

function itemNumber(sql: Db, item: Fragment): Fragment {
  return sql`(case jsonb_typeof(${item}) when 'number' then (${item} #>> '{}')::float8
    when 'string' then case when ${item} #>> '{}' ~ ${numberPattern} then (${item} #>> '{}')::float8 end end)`;
}

/** A zone is put behind a text that has none; behind the milliseconds PostgreSQL would round, and the domain cuts. */
function itemTime(sql: Db, item: Fragment): Fragment {
  const text = sql`(${item} #>> '{}')`;
  return sql`(case when jsonb_typeof(${item}) = 'string' then case
    when ${text} ~ ${dayPattern} then (${text} || 'T00:00Z')::timestamptz
    when ${text} ~ ${timePattern} then (regexp_replace(${text}, '([.][0-9]{3})[0-9]+', '\\1')
      || case when ${text} ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$' then '' else 'Z' end)::timestamptz end end)`;
}
