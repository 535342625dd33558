import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readAll } from "./source-from.ts";

test("a CRM's export gives 12,000 records on the rows that a spreadsheet shows", async () => {
  const file = await readFile(new URL("../fixtures/crm-export.csv", import.meta.url));

  const { shape, records, error } = await readAll(file);

  expect(error).toBeUndefined();
  expect(shape).toMatchObject({ format: "csv", gzip: false, encoding: "utf-8", delimiter: ";" });
  expect(shape.headers).toEqual(
    "E-mail;First Name;Last Name;Company;Plan;Country;Tags;Phone;Signup Date;Notes;Lead Score".split(";"),
  );
  expect(records.map(({ row }) => row)).toEqual(Array.from({ length: 12_000 }, (_, i) => i + 2));
  expect(records.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(new Set(records.map(({ cells }) => cells?.length))).toEqual(new Set([11]));
  expect(records.some(({ cells }) => cells?.some((cell) => cell.includes("\n")))).toBe(true);
});
