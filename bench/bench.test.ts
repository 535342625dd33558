import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { benchAudience } from "./audience.ts";
import { finds } from "./audience-segments.ts";
import { benchBulk } from "./bulk.ts";
import { readCommandLine, UsageError } from "./command-line.ts";
import { benchEvents } from "./events.ts";
import { benchFair } from "./fair.ts";
import { benchFlat } from "./flat.ts";
import { benchHealth } from "./health.ts";
import { benchImport } from "./import.ts";
import { benchMemory } from "./memory.ts";
import { benchRescore } from "./rescore.ts";
import type { Findings, Table } from "./table.ts";
import { benchUpserts } from "./upserts.ts";
import { openWorkbench, type Workbench } from "./workbench.ts";

const figure = expect.toSatisfy((n: unknown) => typeof n === "number" && Number.isFinite(n) && n > 0);
const memory = { api: figure, worker: figure };

/** Every row of a table has its figures, and no figure is missing. */
function expectWhole(tables: readonly Table[]): void {
  for (const table of tables) {
    for (const row of table) {
      expect(row).toHaveLength(table[0]!.length);
      for (const cell of row) expect(String(cell)).not.toMatch(/NaN|Infinity|undefined|null/);
    }
  }
}

describe("on one small installation", { timeout: 120_000 }, () => {
  let bench: Workbench;
  beforeAll(async () => {
    // One batch a slice: the workers turn to every tenant also with files that three seconds would finish.
    vi.stubEnv("JOB_SLICE_MS", "1");
    bench = await openWorkbench();
    vi.unstubAllEnvs();
    bench.say = () => {};
  });
  afterAll(() => bench?.close());

  const checked = async (run: Promise<Findings>) => {
    const { json, tables } = await run;
    expectWhole(tables);
    return json;
  };

  test("files of events are set against an import of as many contacts", async () => {
    const cost = { rowsPerSecond: figure, ratioToImport: figure, walMegabytes: figure };
    expect(await checked(benchEvents(bench, { rows: 1000, rounds: 1 }))).toMatchObject({
      rows: 1000,
      firstEvents: cost,
      secondEvents: cost,
      again: cost,
    });
  });

  test("the import is set against COPY and against itself; the same file again locks and rewrites no row", async () => {
    expect(await checked(benchImport(bench, { rows: 2000, rounds: 1 }))).toMatchObject({
      rows: 2000,
      copyReferenceRowsPerSecond: figure,
      copyOwnRowsPerSecond: figure,
      importRowsPerSecond: figure,
      ratioToReference: figure,
      uploadSeconds: figure,
      unchanged: { ratioToImport: figure, walMegabytes: figure, rowsLocked: 0, rowsRewritten: 0 },
      changed: { ratioToImport: figure, walMegabytes: figure },
      changedWithoutImages: { ratioToImport: figure, walMegabytes: figure },
      peakMemoryMegabytes: memory,
      rounds: 1,
    });
  });

  test("a tenth of a file has a time, for each of the ten", async () => {
    expect(await checked(benchFlat(bench, { rows: 2000 }))).toMatchObject({
      rows: 2000,
      partSeconds: Array.from({ length: 10 }, () => expect.any(Number)),
      lastToFirst: expect.any(Number),
      peakMemoryMegabytes: memory,
    });
  });

  test("the memory is told for each format, plain and gzipped", async () => {
    const one = (file: string) => ({ file, rowsPerSecond: figure, peakMemoryMegabytes: memory });
    expect(await checked(benchMemory(bench, { megabytes: 0.1 }))).toMatchObject({
      files: ["csv", "ndjson", "json", "csv.gz", "ndjson.gz", "json.gz"].map(one),
    });
  });

  test("a small import is timed while eight large ones run", async () => {
    expect(await checked(benchFair(bench, { rows: 30_000, rounds: 1 }))).toMatchObject({
      largeTenants: 8,
      smallImports: 1,
      medianSeconds: figure,
      worstSeconds: figure,
      leastToMostProgress: expect.any(Number),
    });
  });

  test("a bulk change is set against an import that changes the same contacts", async () => {
    expect(await checked(benchBulk(bench, { rows: 1000, rounds: 1 }))).toMatchObject({
      rows: 1000,
      importRowsPerSecond: figure,
      bulkRowsPerSecond: figure,
      ratioToImport: figure,
      rounds: 1,
    });
  });

  test("rescores are set against an import: of everybody, of nobody, after a day, and with a rule", async () => {
    const rescore = { contactsPerSecond: figure, ratioToImport: figure };
    expect(await checked(benchRescore(bench, { rows: 2000, rounds: 1 }))).toMatchObject({
      rows: 2000,
      importRowsPerSecond: figure,
      first: { ...rescore, changed: 2000 },
      again: { ...rescore, changed: 0 },
      night: { ...rescore, changed: figure },
      rule: rescore,
      rounds: 1,
    });
  });

  test("reads of an audience are timed, and what they find is as it was made; jobs over it are set against an import", async () => {
    const coverage = { fields: figure, locales: figure };
    const job = { what: expect.any(String), seconds: figure };
    const found = await checked(benchAudience(bench, { rows: 2000, rounds: 1, names: 50 }));
    expect(found).toMatchObject({
      rows: 2000,
      importSeconds: figure,
      coverage: [coverage, coverage],
      segments: Array.from({ length: 9 }, () =>
        finds.map((finds) => ({
          finds,
          count: finds === "nobody" ? 0 : finds === "many" ? figure : expect.any(Number),
          preview: figure,
          first: figure,
          deep: figure,
        })),
      ).flat(),
      jobs: [job, job, job, job, job],
      rounds: 1,
    });
  });

  test("a health run is set against a rescore", async () => {
    expect(await checked(benchHealth(bench, { rows: 1000, rounds: 1 }))).toMatchObject({
      rows: 1000,
      found: figure,
      rescoreContactsPerSecond: figure,
      runContactsPerSecond: figure,
      ratioToRescore: figure,
      rounds: 1,
    });
  });

  test("upserts of 1,000 and of 10,000 contacts are timed", async () => {
    const one = (contacts: number) => ({ contacts, medianMs: figure, p95Ms: figure, worstMs: figure });
    expect(await checked(benchUpserts(bench, { present: 5000, rounds: 1 }))).toMatchObject({
      present: 5000,
      upserts: [one(1000), one(10_000)],
    });
  });
});

test("a wrong command line ends with the sentence and the usage on standard error, before anything is started", async () => {
  const bench = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "speed", "--json"]);
  const [out, err, [code]] = await Promise.all([text(bench.stdout), text(bench.stderr), once(bench, "exit")]);
  expect({ out, code }).toEqual({ out: "", code: 2 });
  expect(err).toMatch(/^There is no benchmark “speed”\.\n\nUsage: npm run bench/);
});

test("an unknown benchmark or option, or a number that is none, is refused with a sentence", () => {
  for (const [line, problem] of [
    ["", "no benchmark"],
    ["speed", "no benchmark “speed”"],
    ["flat memory", "no benchmark “flat memory”"],
    ["flat --present 5", "flat has no --present"],
    ["flat --rows many", "--rows must be a whole number"],
    ["flat --rows 0", "--rows must be a whole number"],
    ["flat --fast", "--fast"],
  ] as const) {
    const args = line.split(" ").filter((word) => word !== "");
    expect(() => readCommandLine(args), line).toThrow(UsageError);
    expect(() => readCommandLine(args), line).toThrow(problem);
  }
  expect(readCommandLine(["fair", "--rows", "70000", "--json"])).toMatchObject({
    name: "fair",
    options: { rows: 70_000, rounds: 9 },
    json: true,
  });
});
