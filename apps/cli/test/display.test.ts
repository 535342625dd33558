import { Writable } from "node:stream";
import type { ImportPreview } from "@roster/client/client.ts";
import { expect, test } from "vitest";
import { importOptions } from "../src/argument/import-option.ts";
import { jobSummary, type SummaryJob } from "../src/text/job-summary.ts";
import { previewText } from "../src/text/preview-text.ts";
import { progressDisplay } from "../src/text/progress-display.ts";
import { bar, type JobProgress, progressLine, uploadLine } from "../src/text/progress-line.ts";
import { byteSize, count, duration } from "../src/text/quantity.ts";
import { printable } from "../src/text/text-table.ts";

const job: SummaryJob & JobProgress = {
  id: "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17",
  kind: "import",
  state: "running",
  progress: 42,
  processed: 126_000,
  counters: {
    created: 120_000,
    updated: 5000,
    unchanged: 0,
    duplicate: 950,
    skipped: 0,
    failed: 50,
    deleted: 0,
  },
  reasons: {},
  error: null,
  change: null,
  name: "contacts.csv",
  dryRun: false,
  target: "contacts",
  retryable: false,
  rowsPerSecond: 31_500,
  secondsLeft: 192,
  startedAt: "2026-01-02T03:04:05.000Z",
  finishedAt: null,
};

test("progress tells rows, rate, time left and what became of the rows", () => {
  expect(progressLine(job)).toBe(
    "importing 42 %, 126,000 rows  31,500/s  3 min 12 s left: 120,000 created  5,000 updated  50 failed",
  );
  expect(uploadLine(5e6, 20e6, 2)).toBe(`sending    ${bar(25, 24)}  25 %  5.0 MB of 20 MB  2.5 MB/s`);
  expect(uploadLine(5e6, null, 0)).toBe("sending    5.0 MB");
  expect([bar(-5, 4), bar(50, 4), bar(120, 4)]).toEqual(["░░░░", "██░░", "████"]);
});

test("an import of suppressions speaks of the list, and offers nobody to be subscribed again", () => {
  const counters = { ...job.counters, unchanged: 7 };
  const list = { ...job, target: "suppressions" as const, counters, reasons: { kept_bounced: 2 } };
  expect(progressLine(list)).toContain(
    ": 120,000 put on the list  5,000 made stricter  7 on the list already  50 failed",
  );
  const summary = jobSummary(list, []);
  expect(summary).toMatch(/ {2}put on the list +120,000\n {2}made stricter +5,000\n/);
  expect(summary).toContain("Statuses kept: 2 stayed bounced.");
  expect(summary).not.toContain("--resubscribe");
  const row = {
    row: 3,
    id: null,
    field: "email",
    value: "no",
    email: "no",
    code: "email_invalid",
    message: "M",
  };
  expect(jobSummary(list, [row])).toContain("then import that file with --suppressions)");
  expect(jobSummary(job, [row])).toContain("then import that file as it is)");
});

test("an undo speaks of contacts, of what it deletes and puts back, and of whom it left alone", () => {
  const counters = { ...job.counters, created: 0, updated: 5000, failed: 0, deleted: 120_000, skipped: 0 };
  const undo = { ...job, kind: "undo" as const, counters };
  expect(progressLine(undo)).toBe(
    "undoing 42 %, 126,000 contacts  31,500/s  3 min 12 s left: 120,000 deleted  5,000 put back",
  );
  const left = Array.from({ length: 2 }, (_, n) => ({
    row: n + 1,
    id: null,
    field: null,
    value: null,
    email: `p${n}@x.co`,
    code: "changed_since",
    message: "Somebody changed it.",
  }));
  const text = jobSummary({ ...undo, state: "completed", counters: { ...counters, skipped: 7 } }, left);
  expect(text).toMatch(/ {2}left as they are +7\n/);
  expect(text).toMatch(/\np1@x\.co {2}Somebody changed it\.\n\n5 more:\n/);
});

test("a bulk change is called by what it does, and its failed contacts by their email or their id", () => {
  const counters = { ...job.counters, created: 0, updated: 5000, failed: 2, unchanged: 12 };
  const change = { action: "add_tags" as const, tags: ["vip", "\u001bjune"] };
  const bulk = { ...job, kind: "bulk" as const, change, name: null, counters };
  expect(progressLine(bulk)).toBe(
    "changing 42 %, 126,000 contacts  31,500/s  3 min 12 s left: 5,000 changed  12 unchanged  2 failed",
  );
  const failed = {
    row: 1,
    field: "id",
    value: "x",
    code: "contact_unknown",
    message: "No contact has this id.",
  };
  const text = jobSummary({ ...bulk, state: "completed" }, [
    { ...failed, id: "con_x", email: null },
    { ...failed, id: "con_y", email: "p1@x.co" },
  ]);
  expect(text).toMatch(/^Add the tags vip, ␣june: completed/);
  expect(text).toMatch(/\ncon_x {4}No contact has this id\.\np1@x\.co /);
  expect(jobSummary({ ...bulk, name: "June" }, [])).toMatch(/^June \(Add the tags vip, ␣june\): /);
});

test("where there is no terminal a line comes every 5 s, and none after the end", () => {
  let written = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  });
  let now = 0;
  const display = progressDisplay(stream, () => now);
  for (; now < 12_000; now += 250) display.job(job);
  expect(written.split("\n")).toEqual([progressLine(job), progressLine(job), ""]);
  display.close();
  now += 60_000;
  display.job(job);
  expect(written.split("\n")).toHaveLength(3);
});

test("a cell out of a file cannot steer the terminal, nor break a line or a column", () => {
  expect(printable("a\u001b[31mb\r\nc\u0000d")).toBe("a␣[31mb␣c␣d");
  expect(printable("\u202eabc")).toBe("␣abc");
  expect([...printable("ü".repeat(200), 40)]).toHaveLength(40);
  const failures = [
    {
      row: 7,
      id: null,
      field: "email",
      value: "\u001b]0;x\u0007y",
      email: null,
      code: "email_invalid",
      message: "No.",
    },
  ];
  expect(jobSummary({ ...job, state: "completed" }, failures).includes("\u001b")).toBe(false);
});

test("the summary names kept statuses, what stopped the job, and how many failed rows it does not show", () => {
  const failures = [
    {
      row: 1007,
      id: null,
      field: "email",
      value: "x",
      email: null,
      code: "email_invalid",
      message: "It has no @.",
    },
  ];
  const text = jobSummary(
    {
      ...job,
      state: "failed",
      dryRun: true,
      finishedAt: "2026-01-02T03:06:06.000Z",
      reasons: { kept_unsubscribed: 12 },
      error: { code: "unclosed_quote", message: "A quote is not closed.", row: 130_001 },
    },
    failures,
  );
  expect(text).toContain("Import of contacts.csv: failed in 2 min 1 s – a dry run, nothing was written");
  expect(text).toContain("unclosed_quote in row 130,001: A quote is not closed.");
  expect(text).toContain("Statuses kept: 12 stayed unsubscribed.");
  expect(text).toMatch(/\n1,007 {2}email {2}x {6}It has no @\.\n/);
  expect(text).toContain("49 more.");
  expect(text).not.toContain("jobs retry");
  const retryable = jobSummary({ ...job, state: "cancelled", retryable: true }, []);
  expect(retryable).toContain(`jobs retry ${job.id}\n`);
});

test("a mapping is divided at its last =, because a header may have one", () => {
  const { policy } = importOptions({ map: ["Opt = in = yes=consent", " Mail =email"] }, null);
  expect(policy?.mapping).toEqual({ "Opt = in = yes": "consent", Mail: "email" });
  expect(Object.keys(importOptions({ map: ["__proto__=ignore"] }, null).policy!.mapping!)).toEqual([
    "__proto__",
  ]);
  expect(() => importOptions({ map: ["Mail=email", "Mail=name"] }, null)).toThrow(/twice/);
});

test("numbers read as people write them", () => {
  expect([count(1_234_567), byteSize(999), byteSize(5_242_880), byteSize(999_700_000)]).toEqual([
    "1,234,567",
    "999 B",
    "5.2 MB",
    "1.0 GB",
  ]);
  expect([duration(7), duration(192), duration(7380)]).toEqual(["7 s", "3 min 12 s", "2 h 3 min"]);
});

test("a preview says in one line what the file is, and first of all why it cannot be imported", () => {
  const preview: ImportPreview = {
    uploadId: "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17",
    shape: {
      format: "csv",
      gzip: true,
      encoding: "windows-1252",
      delimiter: "\t",
      headers: ["a\u001b[31m", ""],
      headerRow: false,
      contents: [null, null],
    },
    columns: [
      {
        header: "a\u001b[31m",
        field: null,
        attribute: "a",
        ignored: false,
        by: "attribute",
        reason: "Why.",
        samples: [],
      },
      {
        header: "",
        field: null,
        attribute: null,
        ignored: true,
        by: "attribute",
        reason: "No.",
        samples: ["x"],
      },
    ],
    rows: [],
    problems: { counts: {}, rows: [] },
    rowsRead: 1000,
    complete: false,
    error: { code: "no_email_column", message: "The file has no email column." },
  };
  const text = previewText(preview, null);
  expect(text.split("\n").slice(0, 3)).toEqual([
    "The file: CSV, gzipped, windows-1252, divided by tabs, without a header row, 2 columns, more than 1,000 rows, of which these were read",
    "",
    "It cannot be imported like this. no_email_column: The file has no email column.",
  ]);
  const json = { ...preview, shape: { ...preview.shape, format: "json" as const, delimiter: null } };
  expect(previewText(json, null).split("\n")[0]).toMatch(
    /^The file: a JSON array, gzipped, windows-1252, 2 keys, /,
  );
  expect(text).toMatch(/\na␣\[31m +attribute a +Why\.\n– +– +No\. +x$/);
});
