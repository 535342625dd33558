import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobFailuresCsv } from "../src/jobs/job-failures-csv.ts";
import { type ImportChoices, type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const newTenant = () => world.otherTenant(`failed-${++tenants}`);

async function failedRows(scope: TenantScope, jobId: string): Promise<string> {
  let csv = "";
  for await (const part of await jobFailuresCsv(world.deps, scope, jobId)) csv += part;
  return csv;
}

/** Imports, mends what failed in its CSV, and imports that as it is. */
async function importedTwice(
  file: string | Uint8Array,
  mend: (csv: string) => string,
  choices: ImportChoices = {},
) {
  const scope = await newTenant();
  const first = await world.import(file, choices, scope);
  const csv = await failedRows(scope, first.id);
  const second = await world.import(mend(csv), choices, scope);
  return { scope, first, csv, second };
}

const nasty = fc.string({
  unit: fc.constantFrom("=", "+", "-", "@", "'", '"', ",", ";", "\t", "|", "\n", "\r", " ", "1", "ü"),
  maxLength: 7,
});
const row = fc.record({ broken: fc.boolean(), phone: nasty, handle: nasty, note: nasty });

test("rows that fail, are mended in their CSV and imported as it is give the contacts of a right file", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(",", ";", "\t", "|"),
      async (rows, delimiter) => {
        const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
        const fileWith = (emailOf: (n: number, broken: boolean) => string) =>
          [
            ["email", "phone", "@handle", "a;b|c"],
            ...rows.map(({ broken, ...cells }, n) => [
              emailOf(n, broken),
              cells.phone,
              cells.handle,
              cells.note,
            ]),
          ]
            .map((cells) => cells.map(quoted).join(delimiter))
            .join("\n");
        const scope = await newTenant();
        await world.import(
          fileWith((n) => `p${n}@x.co`),
          {},
          scope,
        );
        const { scope: mended, second } = await importedTwice(
          fileWith((n, broken) => (broken ? `p${n}(at)x.co` : `p${n}@x.co`)),
          (csv) => csv.replaceAll("(at)", "@"),
        );
        expect(second.counters).toMatchObject({
          failed: 0,
          created: rows.filter(({ broken }) => broken).length,
        });
        expect(await world.contacts(mended)).toEqual(await world.contacts(scope));
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

test("the CSV has the file's own headers, delimiter and cells, and the reason last; formulas are defused", async () => {
  const scope = await newTenant();
  const job = await world.import('Mail;phone;note\nno;+49 30;"a;""b"""\n', {}, scope);
  const csv = await failedRows(scope, job.id);
  expect(csv).toMatch(/^\ufeffMail;phone;note;roster_error\r\nno;'\+49 30;"a;""b""";[A-Z][^;]+\.\r\n$/);
});

test("rows that fail again have one reason, the new one", async () => {
  const { scope, second } = await importedTwice("email,note\nno,+1\n", (csv) => csv.replace("no,", "no@,"));
  const csv = await failedRows(scope, second.id);
  expect(csv.match(/roster_error/g)).toHaveLength(1);
  expect(csv).toMatch(/\r\nno@,'\+1,[^,]+\r\n$/);
});

test("the options of the first import are right for the second: mapping, delimiter and encoding", async () => {
  const file = Buffer.from("Anschrift;Ort\nzo\xeb;K\xf6ln, links\n", "latin1");
  const { scope, second } = await importedTwice(file, (csv) => csv.replace("zoë", "zoe@x.co"), {
    hints: { delimiter: ";", encoding: "windows-1252" },
    policy: { mapping: { Anschrift: "email", Ort: "town" } },
  });
  expect(second.counters).toMatchObject({ created: 1, failed: 0 });
  expect(await world.contacts(scope)).toMatchObject([
    { email: "zoe@x.co", attributes: { town: "Köln, links" } },
  ]);
});

test("columns that are what their cells told stay so, also where there was no header row", async () => {
  const rows = "a@x.co,de,x\nb@x.co,en,y\nc@x.co,fr,z\nbroken,de,0049 30 1240\n";
  for (const [file, third] of [
    [`a,b,c\n${rows}`, "c"],
    [rows, "column 3"],
  ] as const) {
    const { scope, csv, second } = await importedTwice(file, (text) => text.replace("broken", "d@x.co"));
    expect(csv.split("\r\n")[0]).toBe(`\ufeffemail,locale,${third},roster_error`);
    expect(second.counters).toMatchObject({ created: 1, failed: 0 });
    expect((await world.contacts(scope)).at(-1)).toMatchObject({
      email: "d@x.co",
      locale: "de",
      phone: null,
      attributes: { [third]: "0049 30 1240" },
    });
  }
});

test("cells beyond the header are told with the reason, and an import without failures gives the header alone", async () => {
  const scope = await newTenant();
  const extra = await world.import("email\na@x.co,left,over\n", {}, scope);
  expect(await failedRows(scope, extra.id)).toMatch(/\r\na@x\.co,"?[^"]*Extra cells: left \| over"?\r\n$/);
  const fine = await world.import("email\na@x.co\n", {}, scope);
  expect((await failedRows(scope, fine.id)).trim()).toBe("email,roster_error");
});

test("the failed records of a JSON file come as their text", async () => {
  const scope = await newTenant();
  const job = await world.import('[{"email":"no"}]', {}, scope);
  expect(await failedRows(scope, job.id)).toMatch(
    /^\ufeffrow,record,roster_error\r\n1,"\{""email"":""no""\}",[^\r]+\r\n$/,
  );
});
