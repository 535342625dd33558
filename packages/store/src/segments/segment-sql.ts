import { scoreWithoutEvents, tierOf } from "@roster/domain/scores/score.ts";
import type { SegmentCondition, SegmentTest, Source } from "@roster/domain/segments/segment-condition.ts";
import {
  type NumberSegmentField,
  segmentFields,
  type TextSegmentField,
  type TimeSegmentField,
} from "@roster/domain/segments/segment-field.ts";
import { shownName } from "../contacts/contact-row.ts";
import type { Db, Fragment } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";
import { attributeFilled, attributeSql } from "./segment-attribute.ts";
import { numberSql, pattern, textSql, timeSql } from "./segment-comparison.ts";

/**
 * What a select with a segment's condition reads: `contacts c`, and their sums as `se` where the condition asks for them. A join,
 * because a look into the sums from inside a condition is one for each contact: of a million they took 3 s of CPU, joined 1.1.
 */
export function segmentSource(sql: Db, condition: SegmentCondition | undefined): Fragment {
  return condition === undefined || !readsEngagement(condition)
    ? sql`contacts c`
    : sql`contacts c left join engagement se on se.tenant_id = c.tenant_id and se.contact_id = c.id`;
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

/**
 * The domain's `holds` as a condition on `contacts c`, for a select from `segmentSource`. All that a caller wrote is a parameter;
 * names of columns come from the tables below. It is true, false or null, where null means false, and no value that a contact
 * may have makes it fail.
 */
export function segmentWhere(sql: Db, condition: SegmentCondition): Fragment {
  if ("all" in condition) return joined(sql, condition.all, sql`and`, sql`true`);
  if ("not" in condition) return notSql(sql, condition.not);
  if (!("test" in condition)) return joined(sql, condition.any, sql`or`, sql`false`);
  return testSql(sql, condition);
}

function notSql(sql: Db, condition: SegmentCondition): Fragment {
  const positive = segmentWhere(sql, condition);
  // Who is on no list is found by a join, which Postgres makes of this form alone; it is never null.
  if ("test" in condition && condition.test === "list") return sql`not ${positive}`;
  // Null is not true as well.
  return sql`(${positive}) is not true`;
}

function joined(
  sql: Db,
  conditions: readonly SegmentCondition[],
  word: Fragment,
  ofNone: Fragment,
): Fragment {
  const [first, ...others] = conditions.map((condition) => segmentWhere(sql, condition));
  if (first === undefined) return ofNone;
  return sql`(${others.reduce((before, next) => sql`${before} ${word} ${next}`, first)})`;
}

function testSql(sql: Db, test: SegmentTest): Fragment {
  switch (test.test) {
    case "status":
      return sql`c.status = any(${arrayLiteral(test.any)}::contact_status[])`;
    case "tier":
      return sql`coalesce(se.tier, ${tierOf(scoreWithoutEvents)}) = any(${arrayLiteral(test.any)}::text[])`;
    case "list":
      return sql`exists (
        select from list_members m
        where m.tenant_id = c.tenant_id and m.contact_id = c.id and m.list_id = any(${arrayLiteral(test.any)}::uuid[]))`;
    case "tags":
      return tagsSql(sql, test);
    case "filled":
      return filledSql(sql, test.of);
    case "text":
      return "attribute" in test.of
        ? attributeSql(sql, test.of.attribute, test)
        : textSql(sql, textColumn(sql, test.of.field), test.how, test.any);
    case "number":
      return "attribute" in test.of
        ? attributeSql(sql, test.of.attribute, test)
        : numberSql(sql, numberColumn(sql, test.of.field), test.how, test.any);
    case "time":
      return "attribute" in test.of
        ? attributeSql(sql, test.of.attribute, test)
        : timeSql(sql, timeColumn(sql, test.of.field), test.stretch);
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
      return sql`coalesce(se.score, ${scoreWithoutEvents}::int2)`;
    case "sent":
      return sql`coalesce(se.sent, 0)`;
    case "delivered":
      return sql`coalesce(se.delivered, 0)`;
    case "opened":
      return sql`coalesce(se.opened, 0)`;
    case "clicked":
      return sql`coalesce(se.clicked, 0)`;
    case "softBounces":
      return sql`coalesce(se.soft_bounces, 0)`;
  }
}

function timeColumn(sql: Db, field: TimeSegmentField): Fragment {
  switch (field) {
    case "createdAt":
      return sql`c.created_at`;
    case "updatedAt":
      return sql`c.updated_at`;
    case "firstSentAt":
      return sql`se.first_sent_at`;
    case "lastSentAt":
      return sql`se.last_sent_at`;
    case "lastOpenedAt":
      return sql`se.last_opened_at`;
    case "lastClickedAt":
      return sql`se.last_clicked_at`;
  }
}

function tagsSql(sql: Db, { how, any }: Extract<SegmentTest, { test: "tags" }>): Fragment {
  if (how === "is") return sql`c.tags && ${arrayLiteral(any)}::text[]`;
  return sql`exists (select from unnest(c.tags) t (tag) where t.tag collate "C" like ${pattern(how, any[0]!)})`;
}

function filledSql(sql: Db, of: Source<TextSegmentField | TimeSegmentField | "tags">): Fragment {
  if ("attribute" in of) {
    return attributeFilled(sql, of.attribute);
  }
  const { field } = of;
  if (field === "tags") return sql`c.tags <> '{}'`;
  return isTime(field) ? sql`${timeColumn(sql, field)} is not null` : sql`${textColumn(sql, field)} <> ''`;
}

function isTime(field: TextSegmentField | TimeSegmentField): field is TimeSegmentField {
  return segmentFields[field] === "time";
}
