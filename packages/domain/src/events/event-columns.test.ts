import { expect, test } from "vitest";
import { mapEventColumns } from "./event-columns.ts";

const fieldsOf = (headers: string[], mapping = {}) => mapEventColumns(headers, mapping).columns;
const problemOf = (headers: string[], mapping = {}) => {
  const mapped = mapEventColumns(headers, mapping);
  return mapped.ok ? null : mapped.problem.code;
};

test("columns are known by their names, however they are written; others are passed over", () => {
  expect(
    fieldsOf(["Event ID", "event", "E-Mail", "campaign_id", "Campaign Name", "timestamp", "ip"]),
  ).toEqual(["id", "type", "email", "campaignId", "campaignName", "at", null]);
});

test("of two columns that mean the same the first one has it, and a mapping wins over both", () => {
  expect(fieldsOf(["type", "email", "date", "time"])).toEqual(["type", "email", "at", null]);
  expect(fieldsOf(["type", "email", "date", "when"], { when: "at" })).toEqual(["type", "email", null, "at"]);
  expect(fieldsOf(["type", "email", "date"], { date: "ignore" })).toEqual(["type", "email", null]);
});

test("a file that cannot hold events is refused, and so is a mapping to what an event does not have", () => {
  expect(problemOf(["type", "name"])).toBe("no_email_column");
  expect(problemOf(["email"])).toBe("no_type_column");
  expect(problemOf(["type", "contactId"])).toBeNull();
  expect(problemOf(["type", "email"], { other: "at" })).toBe("invalid_mapping");
  expect(problemOf(["type", "email"], { email: "firstName" })).toBe("invalid_mapping");
});
