import { expect, test } from "vitest";
import { readConfig, SettingError } from "./config.ts";

const read = (CONTACTS_BULK_MAX?: string) =>
  readConfig({ DATABASE_URL: "postgres://localhost/roster", CONTACTS_BULK_MAX }).CONTACTS_BULK_MAX;

test("a bulk upsert takes 1,000 contacts, or as many as the operator says, up to 10,000", () => {
  expect([read(), read(""), read("1"), read("10000")]).toEqual([1000, 1000, 1, 10_000]);
});

test.each(["0", "-1", "10001", "many", "1.5"])(
  "a bulk limit of %s is refused by the setting's name",
  (text) => {
    expect(() => read(text)).toThrow(SettingError);
    expect(() => read(text)).toThrow(/^CONTACTS_BULK_MAX: /);
  },
);
