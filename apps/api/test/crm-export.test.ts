import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTRPCClient, httpLink } from "@trpc/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppRouter } from "../src/trpc/router.ts";
import { type RunningApi, startApi } from "./running-api.ts";

const fixtures = join(import.meta.dirname, "../../../packages/usecases/test/fixtures");
const file = readFileSync(join(fixtures, "crm-export.csv"));
const expected = JSON.parse(readFileSync(join(fixtures, "crm-export.expected.json"), "utf8"));

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** A door through which the file goes in: sends it as a tenant of its own and tells the job. */
type Door = { name: string; send(key: string): Promise<string> };

const doors: Door[] = [
  {
    name: "Plunk",
    async send(key) {
      const body = new FormData();
      body.append("file", new Blob([file], { type: "text/csv" }), "crm-export.csv");
      const answer = await api.call("POST", "/contacts/import", { key, body });
      expect(answer.status).toBe(202);
      return answer.body.jobId;
    },
  },
  {
    name: "house",
    async send(key) {
      const headers = { "Content-Type": "text/csv" };
      const answer = await api.call("POST", "/v1/contacts/imports", { key, body: file, headers });
      expect(answer.status).toBe(202);
      return answer.body.data.jobId;
    },
  },
  {
    name: "tRPC",
    async send(key) {
      const links = [httpLink({ url: `${api.url}/trpc`, headers: { Authorization: `Bearer ${key}` } })];
      const client = createTRPCClient<AppRouter>({ links });
      const { uploadId } = await client.imports.upload.mutate(new Blob([file]));
      return (await client.imports.start.mutate({ uploadId })).jobId;
    },
  },
];

describe.each(doors)("a CRM's export through the $name door", ({ name, send }) => {
  const import_ = async (key: string, tenantId: string) => {
    const jobId = await send(key);
    await api.work(jobId, tenantId);
    const house = await api.call("GET", `/v1/jobs/${jobId}`, { key });
    const plunk = await api.call("GET", `/contacts/import/${jobId}`, { key });
    const failedRows: number[] = [];
    for (let cursor = ""; ; ) {
      const page = await api.call("GET", `/v1/jobs/${jobId}/errors?limit=100${cursor}`, { key });
      failedRows.push(...page.body.data.map((failure: { row: number }) => failure.row));
      if (!page.body.hasMore) break;
      cursor = `&cursor=${encodeURIComponent(page.body.cursor)}`;
    }
    return { job: house.body.data, plunk: plunk.body, failedRows };
  };

  it("has every figure that its rows deserve, in the house's words and in Plunk's, also the second time", async () => {
    const { key, tenantId } = await api.newKey({ tenant: `crm-${name.toLowerCase()}` });
    const first = await import_(key, tenantId);
    expect(first.job).toMatchObject({ state: "completed", progress: 100, processed: 12_000, total: 12_000 });
    expect(first.job.counters).toMatchObject({
      created: expected.created,
      updated: 0,
      unchanged: 0,
      duplicate: expected.duplicate,
      failed: expected.failed,
    });
    expect(first.failedRows).toEqual(expected.failedRows);
    expect(first.plunk.result).toMatchObject({
      totalRows: expected.rows,
      createdCount: expected.created,
      updatedCount: expected.duplicate,
      successCount: expected.created + expected.duplicate,
      failureCount: expected.failed,
    });
    expect(first.plunk.result.errors.map(({ row }: { row: number }) => row)).toEqual(
      expected.failedRows.slice(0, 100),
    );

    const second = await import_(key, tenantId);
    const { created, updated, unchanged, duplicate, failed } = second.job.counters;
    expect({ created, duplicate, failed }).toEqual({
      created: 0,
      duplicate: expected.duplicate,
      failed: expected.failed,
    });
    expect(updated + unchanged).toBe(expected.distinctContacts);
    expect(updated).toBeLessThanOrEqual(expected.duplicate);
    expect(second.failedRows).toEqual(expected.failedRows);
    const list = await api.call("GET", "/contacts?limit=1", { key });
    expect(list.body.total).toBe(expected.distinctContacts);
  });
});
