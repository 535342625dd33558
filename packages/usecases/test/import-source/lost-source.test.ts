import { expect, test } from "vitest";
import { batchRecords } from "../../src/imports/import-batches.ts";
import { detectSource } from "../../src/imports/source/detect.ts";
import { readRecords } from "../../src/imports/source/read.ts";
import type { SourceShape } from "../../src/imports/source/shape.ts";
import { SourceError } from "../../src/imports/source/source-error.ts";

const csv = Buffer.from(
  `email;name\n${Array.from({ length: 1000 }, (_, n) => `p${n}@example.com;Ana\n`).join("")}`,
);
const lost = new Error("the connection was lost");

/** The file up to a byte, and then an error. */
const brokenAt = (bytes: number, error: Error) =>
  async function* open(from: number) {
    for (let at = from; at < bytes; at += 1000) yield csv.subarray(at, Math.min(at + 1000, bytes));
    throw error;
  };

async function sizes(error: Error): Promise<{ sizes: number[]; thrown: unknown }> {
  const shape = (await detectSource(async function* () {
    yield csv;
  })) as SourceShape;
  const found: number[] = [];
  const records = readRecords(brokenAt(10_500, error), shape);
  try {
    for await (const batch of batchRecords(records, { rows: 100, bytes: 1e6 }, { batchNo: 0, afterRow: 0 }))
      found.push(batch.records.length);
  } catch (thrown) {
    return { sizes: found, thrown };
  }
  return { sizes: found, thrown: null };
}

test("where the way to a file is lost, no batch is cut short: its border would depend on the moment", async () => {
  const { sizes: found, thrown } = await sizes(lost);
  expect(thrown).toBe(lost);
  expect(found.every((size) => size === 100)).toBe(true);
});

test("where the file itself is broken, the records in front of that place come as a last batch", async () => {
  const broken = new SourceError("invalid_gzip", "The file is damaged.");
  const { sizes: found, thrown } = await sizes(broken);
  expect(thrown).toBe(broken);
  expect(found.slice(0, -1).every((size) => size === 100)).toBe(true);
  expect(found.at(-1)).toBeLessThan(100);
});

test("a file of which the beginning was not read whole is not judged by a part of it", async () => {
  let readings = 0;
  const open = (from: number) => brokenAt(++readings === 2 ? 5000 : csv.length, lost)(from);
  await expect(detectSource(open)).rejects.toBe(lost);
  expect(readings).toBe(2);
});
