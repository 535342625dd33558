import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { defaultSort, listCursor } from "@roster/domain/contacts/contact-sort.ts";
import type { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { startDuplicateSearch } from "@roster/usecases/duplicates/duplicates.ts";
import { audienceFilters, type Finds, finds } from "./audience-segments.ts";
import { presentAudience } from "./audience-world.ts";
import { type Client, completedJob } from "./import-job.ts";
import { measureImport } from "./measured-import.ts";
import { forgetPeakMemory, peakMemory } from "./process-cost.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables, walBytes } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

const pageSize = 100;

/** What is asked of a segment: how many and whom it finds, its first page, and a page from the middle of all contacts on. */
const questions = ["preview", "first", "deep"] as const;
type Question = (typeof questions)[number];

type Asked = { kind: string; finds: Finds; count: number } & Record<Question, number>;

/**
 * What is asked about an audience as a whole, over HTTP, medians: coverage, segments of many, few and nobody; and jobs over all of it
 * against the import of the same contacts: a search for duplicates, an export and a change by segment.
 * @param options.names how many attributes' names the second measurement of coverage has
 */
export async function benchAudience(
  bench: Workbench,
  { rows, rounds, names }: { rows: number; rounds: number; names: number },
): Promise<Findings> {
  const { roster, sql, say } = bench;
  const { key, tenantId } = await roster.newTenant("bench-audience");
  const client: Client = { url: roster.url, key };
  const { imported, lists } = await presentAudience(
    bench,
    client,
    await authenticate(roster.deps, key),
    rows,
  );
  const importSeconds = imported.seconds;

  const coverage = [
    { what: "a few names", ...(await coverageMs(bench, client, rounds)) },
    { what: `${names.toLocaleString("en")} names`, ...(await manyNamesMs(bench, names, rounds)) },
  ];
  const [middle] = await sql<{ id: string }[]>`
    select id from contacts where tenant_id = ${tenantId} order by id desc offset ${Math.floor(rows / 2)} limit 1`;
  const cursor = listCursor({ id: middle!.id, email: "", score: 0 }, defaultSort);
  const segments: Asked[] = [];
  for (const [kind, filters] of audienceFilters(lists)) {
    for (const each of finds) {
      const asked = await asksOf(client, filters[each], { rounds, cursor, name: `${kind}, ${each}` });
      say(
        `${kind}, ${each}: ${asked.count}, ${questions.map((question) => `${question} ${asked[question]} ms`).join(", ")}`,
      );
      segments.push({ kind, finds: each, ...asked });
    }
  }
  const jobs = [
    await duplicates(bench, client, rows),
    ...(await segmentJobs(bench, client, audienceFilters(lists))),
  ];
  await emptyTables(sql);
  return {
    json: { rows, importSeconds: round2(importSeconds), coverage, segments, jobs, rounds },
    tables: [
      [
        ["coverage, ms", "by field", "by locale"],
        ...coverage.map(({ what, fields, locales }) => [what, fields, locales]),
      ],
      [
        ["segments, ms", "finds", "preview", "first page", "deep page"],
        ...segments.map(({ kind, finds, count, preview, first, deep }) => [
          `${kind}: ${finds}`,
          count,
          preview,
          first,
          deep,
        ]),
      ],
      [
        ["over all contacts", "s", "÷ import", "WAL, MB", "peak of the worker, MB"],
        ["import", round2(importSeconds), 1, Math.round(imported.walBytes / 1e6), "-"],
        ...jobs.map(({ what, seconds, walMegabytes, workerMegabytes }) => [
          what,
          seconds,
          round2(seconds / importSeconds),
          walMegabytes,
          workerMegabytes,
        ]),
      ],
    ],
  };
}

/** Milliseconds of both reads of coverage, with everything added up. */
async function coverageMs({ sql }: Workbench, client: Client, rounds: number) {
  for (let left = 1; left > 0; ) {
    const [row] = await sql<{ n: number }[]>`select count(*) as n from contact_coverage_changes`;
    left = row!.n;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    fields: await timed(rounds, () => call(client, "GET", "/v1/contacts/field-coverage")),
    locales: await timed(rounds, () => call(client, "GET", "/v1/contacts/locale-coverage")),
  };
}

/** The same of a tenant with so many names of attributes, two a contact. */
async function manyNamesMs(bench: Workbench, names: number, rounds: number) {
  const client = { url: bench.roster.url, key: (await bench.roster.newTenant("bench-names")).key };
  const path = join(bench.dir, "names.ndjson");
  const contacts = Math.ceil(names / 2);
  const line = (n: number) =>
    JSON.stringify({ email: `n${n}@example.com`, [`name ${n}`]: n, [`other ${n}`]: "x" });
  await writeFile(path, Array.from({ length: contacts }, (_, n) => `${line(n)}\n`).join(""));
  await measureImport(bench, client, { path, format: "ndjson" }, { created: contacts });
  return coverageMs(bench, client, rounds);
}

/** Milliseconds of each question, and how many contacts the filter finds. */
async function asksOf(
  client: Client,
  filter: SegmentFilter,
  { rounds, cursor, name }: { rounds: number; cursor: string; name: string },
) {
  const tried = await call<{ data: { count: number } }>(client, "POST", "/v1/segments/preview", { filter });
  const made = await call<{ data: { id: string } }>(client, "POST", "/v1/segments", { name, filter });
  const members = `/v1/segments/${made.data.id}/members?limit=${pageSize}`;
  return {
    count: tried.data.count,
    preview: await timed(rounds, () => call(client, "POST", "/v1/segments/preview", { filter })),
    first: await timed(rounds, () => call(client, "GET", members)),
    deep: await timed(rounds, () => call(client, "GET", `${members}&cursor=${cursor}`)),
  };
}

type JobFigures = { what: string; seconds: number; walMegabytes: number; workerMegabytes: number };

/** What something over all contacts costs. */
async function jobFigures(
  { roster, sql }: Workbench,
  what: string,
  work: () => Promise<void>,
): Promise<JobFigures> {
  forgetPeakMemory(roster);
  const walBefore = await walBytes(sql);
  const started = performance.now();
  await work();
  const seconds = round2((performance.now() - started) / 1000);
  const walMegabytes = Math.round(((await walBytes(sql)) - walBefore) / 1e6);
  return { what, seconds, walMegabytes, workerMegabytes: peakMemory(roster).worker };
}

async function duplicates(bench: Workbench, client: Client, rows: number): Promise<JobFigures> {
  const { deps } = bench.roster;
  const scope = await authenticate(deps, client.key);
  return jobFigures(bench, "search for duplicates", async () => {
    const { jobId } = await startDuplicateSearch(deps, scope);
    const { processed } = await completedJob(client, jobId, 50);
    if (processed !== rows) throw new Error(`${processed} of ${rows} contacts were looked at.`);
  });
}

/** An export and a change of many and of few contacts. */
async function segmentJobs(
  bench: Workbench,
  client: Client,
  filters: ReturnType<typeof audienceFilters>,
): Promise<JobFigures[]> {
  const [, nested] = filters.at(-1)!;
  const figures: JobFigures[] = [];
  for (const each of ["many", "few"] as const) {
    const json = { name: `jobs, ${each}`, filter: nested[each] };
    const { data } = await call<{ data: { id: string } }>(client, "POST", "/v1/segments", json);
    const preview = await call<{ data: { count: number } }>(client, "GET", `/v1/segments/${data.id}/preview`);
    const { count } = preview.data;
    figures.push(
      await jobFigures(bench, `export of ${count.toLocaleString("en")}, by segment`, async () => {
        const lines = await exported(client, data.id, join(bench.dir, "export.ndjson"));
        if (lines !== count) throw new Error(`${lines} of ${count} contacts were exported.`);
      }),
      await jobFigures(bench, `a tag for ${count.toLocaleString("en")}, by segment`, async () => {
        const change = { filter: { segmentId: data.id }, update: { tags: [each] } };
        const started = await call<{ data: { jobId: string } }>(client, "PATCH", "/v1/contacts/bulk", change);
        const { processed } = await completedJob(client, started.data.jobId, 50);
        if (processed !== count) throw new Error(`${processed} of ${count} contacts were changed.`);
      }),
    );
  }
  return figures;
}

/** Writes an export into a file. @returns its lines */
async function exported({ url, key }: Client, segmentId: string, path: string): Promise<number> {
  const answer = await fetch(`${url}/v1/contacts/export?format=ndjson&segmentId=${segmentId}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  if (!answer.ok) throw new Error(`The export was answered ${answer.status}: ${await answer.text()}`);
  let lines = 0;
  const counted = async function* (pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      for (const byte of piece) if (byte === 0x0a) lines++;
      yield piece;
    }
  };
  await pipeline(Readable.fromWeb(answer.body as never), counted, createWriteStream(path));
  return lines;
}

/** The median of so many calls, in milliseconds. */
async function timed(rounds: number, ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
  return round2(median(times));
}

async function call<T>({ url, key }: Client, method: string, path: string, json?: object): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(json && { "content-type": "application/json" }) },
    ...(json && { body: JSON.stringify(json) }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(body)}`);
  return body as T;
}
