import { gzipSync } from "node:zlib";
import { Refused } from "@roster/domain/refusal.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

/** Imports into a tenant of its own. */
async function imported(file: string | Uint8Array, choices: Parameters<ImportWorld["import"]>[1] = {}) {
  const scope = await world.otherTenant(`bad-${++tenants}`);
  const job = await world.import(file, choices, scope);
  const failures = await world.deps.sql`
    select row, code, field, message, cells from job_failures where job_id = ${job.id} order by row`;
  return { job, failures, contacts: await world.contacts(scope), scope };
}

describe("a file that cannot be read ends its job with a code and a sentence, and leaves no contact", () => {
  test("an empty file is refused when the import is asked for", async () => {
    await expect(world.start("")).rejects.toThrow(Refused);
    await expect(world.start("")).rejects.toThrow(/empty/);
  });

  test("a file of blank lines has no header", async () => {
    const { job } = await imported("\r\n\r\n  \r\n");
    expect(job).toMatchObject({ state: "failed", error: { code: "empty_file" } });
  });

  test("a header without an email column: the message lists the headers that were found", async () => {
    const { job, contacts } = await imported("Company;City\nAcme;Lima\n");
    expect(job).toMatchObject({ state: "failed", error: { code: "no_email_column" } });
    expect(job.error!.message).toContain("“Company”, “City”");
    expect(contacts).toEqual([]);
  });

  test("__proto__ as a header is refused by name", async () => {
    const { job, contacts } = await imported("email,__proto__\na@x.co,1\n");
    expect(job).toMatchObject({ state: "failed", error: { code: "invalid_header" } });
    expect(job.error!.message).toContain("__proto__");
    expect(contacts).toEqual([]);
  });

  test("a gzip that breaks off, and one that is none", async () => {
    const whole = gzipSync(Buffer.from("email\na@x.co\n".repeat(1000)));
    const { job } = await imported(whole.subarray(0, whole.length - 20));
    expect(job).toMatchObject({ state: "failed", error: { code: "invalid_gzip" } });
    const lie = await imported("email\na@x.co\n", { hints: { gzip: true } });
    expect(lie.job).toMatchObject({ state: "failed", error: { code: "invalid_gzip" } });
  });

  test("a spreadsheet's own format is no text", async () => {
    const { job } = await imported(Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(2000, 7)]));
    expect(job).toMatchObject({ state: "failed", error: { code: "not_text" } });
  });

  test("a JSON document that is no array", async () => {
    const { job } = await imported('{"contacts":[{"email":"a@x.co"}]}', { hints: { format: "json" } });
    expect(job).toMatchObject({ state: "failed", error: { code: "invalid_json" } });
  });
});

describe("a bad row fails alone, with its reason, and the file goes on", () => {
  test("rows with too many cells fail; missing cells mean absent, extra empty ones nothing", async () => {
    const { job, failures, contacts } = await imported(
      "email,firstName,plan\na@x.co,Ana,pro,extra\nb@x.co,Bo\nc@x.co,Cy,free,,,\nd@x.co,Di,pro\n",
    );
    expect(job).toMatchObject({ state: "completed", counters: { created: 3, failed: 1 } });
    expect(failures).toMatchObject([{ row: 2, code: "too_many_cells" }]);
    expect(contacts.map(({ email }) => email)).toEqual(["b@x.co", "c@x.co", "d@x.co"]);
    expect(contacts[0]).toMatchObject({ firstName: "Bo", attributes: {} });
  });

  test("a NUL byte and bytes that are no UTF-8", async () => {
    const file = Buffer.concat([
      Buffer.from("email,firstName\nok@x.co,José\nnul@x.co,A\0b\nbad@x.co,"),
      Buffer.from([0xff, 0xfe, 0x41]),
      Buffer.from("\nlast@x.co,Zoë Łuç\n"),
    ]);
    const { job, failures, contacts } = await imported(file);
    expect(job).toMatchObject({ state: "completed", counters: { created: 2, failed: 2 } });
    expect(failures.map(({ row, code }) => [row, code])).toEqual([
      [3, "nul_byte"],
      [4, "invalid_encoding"],
    ]);
    expect(contacts.map(({ firstName }) => firstName)).toEqual(["Zoë Łuç", "José"]);
  });
});

describe("what is meant to bring the process down takes neither its memory nor its time", () => {
  /** Imports while watching: the most work, in ms of CPU time, between two looks, and the growth of memory. */
  async function watched(file: Uint8Array, choices: Parameters<ImportWorld["import"]>[1] = {}) {
    const before = process.memoryUsage().rss;
    let most = before;
    const scope = await world.otherTenant(`bad-${++tenants}`);
    const jobId = await world.start(file, choices, scope);
    let longestMs = 0;
    let last = process.threadCpuUsage();
    const looking = setInterval(() => {
      const { user, system } = process.threadCpuUsage(last);
      longestMs = Math.max(longestMs, (user + system) / 1000);
      most = Math.max(most, process.memoryUsage().rss);
      last = process.threadCpuUsage();
    }, 5);
    const job = await world.work(jobId, {}, scope);
    clearInterval(looking);
    return { job, longestMs, grownMb: (most - before) / 1e6, scope };
  }

  test("an unclosed quote in front of 64 MB: the job fails and names the row where the quote opened", async () => {
    const head = 'email,note\na@x.co,fine\nb@x.co,"never closed\n';
    const line = "someone@example.com,some words to make the line longer than it needs to be\n";
    const file = Buffer.from(head + line.repeat(Math.ceil((64 * 1024 * 1024) / line.length)));
    const { job, longestMs, grownMb, scope } = await watched(file);
    expect(job).toMatchObject({ state: "failed", error: { code: "unclosed_quote", row: 3 } });
    expect(job.counters).toMatchObject({ created: 1, failed: 0 });
    expect((await world.contacts(scope)).map(({ email }) => email)).toEqual(["a@x.co"]);
    expect(longestMs).toBeLessThan(500);
    expect(grownMb).toBeLessThan(200);
  }, 120_000);

  test("a single cell of 100 MB fails its row, and the row behind it is imported", async () => {
    const file = Buffer.concat([
      Buffer.from("email,note\nbig@x.co,"),
      Buffer.alloc(100 * 1024 * 1024, "x"),
      Buffer.from("\nsmall@x.co,y\n"),
    ]);
    const { job, longestMs, grownMb } = await watched(file);
    expect(job).toMatchObject({ state: "completed", counters: { created: 1, failed: 1 } });
    expect(longestMs).toBeLessThan(500);
    expect(grownMb).toBeLessThan(250);
  }, 120_000);

  test("a gzip bomb of 256 MB is recognised by its ratio", async () => {
    const file = gzipSync(
      Buffer.concat([Buffer.from("email\n"), Buffer.alloc(256 * 1024 * 1024, "a@x.co\n")]),
    );
    const { job, grownMb } = await watched(file);
    expect(job).toMatchObject({ state: "failed", error: { code: "compression_ratio" } });
    expect(grownMb).toBeLessThan(200);
  }, 120_000);
});
