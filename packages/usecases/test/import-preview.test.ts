import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { textFields } from "@roster/domain/contacts/contact.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportPreview, previewImport } from "../src/imports/import-preview.ts";
import type { SourceHints } from "../src/imports/imports.ts";
import { receiveUpload } from "../src/imports/uploads.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const newTenant = () => world.otherTenant(`preview-${++tenants}`);
type Choices = { policy?: Partial<ImportPolicy>; hints?: SourceHints; rows?: number };

async function preview(
  file: string | Uint8Array,
  { policy = {}, hints = {}, rows }: Choices = {},
  scope: TenantScope = world.scope,
): Promise<ImportPreview> {
  const body = (async function* () {
    yield typeof file === "string" ? Buffer.from(file) : file;
  })();
  const { uploadId } = await receiveUpload(world.deps, scope, body, {
    name: null,
    contentType: null,
    limitBytes: null,
  });
  return previewImport(world.deps, scope, { uploadId, hints, policy: ImportPolicy.parse(policy), rows });
}

/** Each column in a word: what it becomes and who decided it. */
const columns = ({ columns }: ImportPreview) =>
  columns.map(({ field, attribute, ignored, by }) => `${ignored ? "-" : (field ?? `=${attribute}`)} ${by}`);

/** Asserts that an import of the file makes exactly the contacts, and reports exactly the problems, that were shown. */
async function expectKept(file: string | Uint8Array, choices: Choices = {}): Promise<void> {
  const scope = await newTenant();
  const shown = await preview(file, { ...choices, rows: 1000 }, scope);
  expect(shown).toMatchObject({ complete: true, error: null, rowsRead: shown.rows.length });
  expect(await world.contacts(scope)).toEqual([]);

  const job = await world.import(file, choices, scope);
  expect(job).toMatchObject({ state: "completed", processed: shown.rowsRead });
  expect(job.file).toEqual(shown.shape);
  const failures = await world.deps.sql`
    select row, code, field, value, message from job_failures where job_id = ${job.id} order by row`;
  expect(failures).toEqual(shown.problems.rows);
  expect(failures.length).toBe(Object.values(shown.problems.counts).reduce((sum, n) => sum + n, 0));

  const made = new Map((await world.contacts(scope)).map((contact) => [contact.email, contact]));
  const good = shown.rows.flatMap(({ contact }) => contact ?? []);
  const emails = new Set(good.map(({ email }) => email));
  expect(new Set(made.keys())).toEqual(emails);
  for (const { email, status, tags, attributes, ...texts } of good) {
    if (good.filter((other) => other.email === email).length > 1) continue;
    const { version, ...contact } = made.get(email)!;
    expect(contact).toEqual({
      email,
      ...Object.fromEntries(textFields.map((field) => [field, texts[field] ?? null])),
      status: status === true ? "active" : status === false ? "unsubscribed" : (status ?? "active"),
      tags: [...new Set(tags ?? [])],
      attributes: attributes ?? {},
    });
  }
}

test("what is previewed of a CRM's export is what its import makes of it", async () => {
  const lines = readFileSync(join(import.meta.dirname, "fixtures/crm-export.csv"), "latin1").split("\n");
  // As many as a preview reads, without a quote that is left open.
  const beginning = Array.from({ length: 100 }, (_, n) => lines.slice(0, 900 - n).join("\n")).find(
    (text) => text.split('"').length % 2 === 1,
  );
  await expectKept(Buffer.from(beginning!, "latin1"));
});

test("of generated files, with any headers or none, the import makes what was previewed", async () => {
  const cell = fc.constantFrom(
    ...[
      "",
      "x",
      "Zo\u00eb",
      "de",
      "en-GB",
      "bounced",
      "active",
      "+49 30 123456",
      "yes",
      "2024-05-01",
      "12.50",
      "ana@",
    ],
  );
  const header = fc.constantFrom(
    "a",
    "Column 1",
    "",
    "E-Mail",
    "Vorname",
    "estado",
    "langue",
    "plan",
    "Tags",
    "tel",
  );
  const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.record({
      headers: fc.array(header, { minLength: width, maxLength: width }),
      headed: fc.boolean(),
      emailAt: fc.integer({ min: 0, max: width }),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      delimiter: fc.constantFrom(",", ";", "\t", "|"),
      gzip: fc.boolean(),
      encoding: fc.constantFrom<BufferEncoding>("utf8", "utf16le", "latin1"),
    }),
  );
  await fc.assert(
    fc.asyncProperty(table, async ({ headers, headed, emailAt, rows, delimiter, gzip, encoding }) => {
      const line = (cells: readonly string[], email: string) =>
        cells.toSpliced(emailAt, 0, email).join(delimiter);
      const body = rows.map((cells, n) => line(cells, n % 5 === 4 ? "broken" : `p${n}@x.co`));
      const text = [...(headed ? [line(headers, "field")] : []), ...body].join("\n");
      const mark = encoding === "utf16le" ? "\ufeff" : "";
      const bytes = Buffer.from(mark + text, encoding);
      await expectKept(gzip ? gzipSync(bytes) : bytes, {
        policy: { tags: ["june"], defaults: { plan: "free", lastName: "Doe" } },
        hints: { delimiter },
      });
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("of objects, too: keys are shown in the order of their first appearance", async () => {
  const objects = [
    { email: "a@x.co", metadata: { plan: "pro" }, Vorname: "Ana" },
    { email: "b@x.co", age: 40, tags: ["x"], subscribed: false },
    { email: 5 },
    { email: "c@x.co", firstName: "Cy" },
  ];
  const shown = await preview(JSON.stringify(objects));
  expect(shown.columns.map(({ header }) => header)).toEqual([
    "email",
    "metadata",
    "Vorname",
    "age",
    "tags",
    "subscribed",
    "firstName",
  ]);
  expect(columns(shown)).toEqual([
    "email header",
    "attributes header",
    "firstName header",
    "=age attribute",
    "tags header",
    "subscribed header",
    "firstName header",
  ]);
  await expectKept(JSON.stringify(objects));
  await expectKept(objects.map((object) => JSON.stringify(object)).join("\n"));
});

test("where headers say nothing the cells decide; what cannot be told for sure becomes an attribute", async () => {
  const file = [
    "a,b,c,d,e,f",
    "ana@x.co,+49 30 123456,de,Ana,yes,bounced",
    "bo@x.co,(030) 1234567,en-GB,Bo,no,unsubscribed",
    "not an address,,,Cy,,",
  ].join("\n");
  const shown = await preview(file);
  expect(columns(shown)).toEqual([
    "email content",
    "phone content",
    "locale content",
    "=d attribute",
    "=e attribute",
    "status content",
  ]);
  expect(shown.columns[4]!.reason).toContain("Map it to “subscribed”");
  await expectKept(file);
});

test("a mapping wins over header and content, and the reason says so; nothing needs a header named email", async () => {
  const shown = await preview("Anschrift;Ort\nana@x.co;Köln\n", {
    policy: { mapping: { Ort: "ignore", Anschrift: "email" } },
  });
  expect(columns(shown)).toEqual(["email caller", "- caller"]);
  expect(columns(await preview("Anschrift;Ort\nana@x.co;Köln\n"))).toEqual([
    "email content",
    "=Ort attribute",
  ]);
});

test("of a file of suppressions the rows are addresses with their status, and other columns say that nothing is kept", async () => {
  const shown = await preview(
    "email,reason,status\na@x.co,left,\nb@x.co,x,complained\n,,\nc@x.co,,active\n",
    {
      policy: { target: "suppressions" },
    },
  );
  expect(columns(shown)).toEqual(["email header", "- attribute", "status header"]);
  expect(shown.rows.map(({ suppression, problem }) => suppression ?? problem?.code)).toEqual([
    { email: "a@x.co", status: "unsubscribed" },
    { email: "b@x.co", status: "complained" },
    "status_invalid",
  ]);
});

test("of a large file the first 1,000 rows are read, however long it is, and the answer says that there is more", async () => {
  const line = (n: number) => `p${n}@x.co,${"x".repeat(200)}`;
  const file = ["email,note", ...Array.from({ length: 20_000 }, (_, n) => line(n))].join("\n");
  for (const bytes of [Buffer.from(file), gzipSync(file)]) {
    const shown = await preview(bytes, { rows: 3 });
    expect(shown).toMatchObject({ rowsRead: 1000, complete: false, error: null });
    expect(shown.rows.map(({ row }) => row)).toEqual([2, 3, 4]);
  }
});

test("what would end the import is told with the row where it is, and what is in front of it is shown", async () => {
  const shown = await preview('[{"email":"a@x.co"},{"email":}]');
  expect(shown.error).toMatchObject({ code: "invalid_json" });
  expect(shown.rows).toHaveLength(1);
  await expect(preview("")).rejects.toMatchObject({ refusal: { code: "bad_upload", problem: "empty_file" } });
  await expect(preview(Buffer.from("%PDF-1.7\n\0\x01"))).rejects.toMatchObject({
    refusal: { code: "bad_upload" },
  });
});
