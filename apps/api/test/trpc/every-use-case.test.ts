import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../../../..");

/** What callers may ask of the use cases: what takes a scope, for that is whom they serve. */
const verbs = globSync("packages/usecases/src/**/*.ts", { cwd: root }).flatMap((file) => {
  const source = readFileSync(join(root, file), "utf8");
  const heads = source.matchAll(/^export (?:async )?function\*? (\w+)(?:<\w+>)?\(([\s\S]*?)\n?\)(?::| \{)/gm);
  return [...heads].flatMap(([, name, parameters]) =>
    /\bdeps: Deps,\s+scope: (?:Tenant|Caller|Account)Scope/.test(parameters!) ? [name!] : [],
  );
});

/** What the procedures are made of, without what is only imported. */
const sources = globSync("apps/api/src/trpc/*.ts", { cwd: root })
  .map((file) => readFileSync(join(root, file), "utf8").replaceAll(/^import [\s\S]*?;$/gm, ""))
  .join("\n");

/** Those without a procedure, and why. */
const leftOut: Record<string, string> = {
  exportContactsCsv:
    "a stream, for which the typed client goes to GET /v1/contacts/export; by pages: contacts.exportPage",
  exportContactsNdjson: "the same",
  jobFailuresCsv: "a stream, for which the typed client goes to GET /v1/jobs/:id/errors.csv",
  exportHealthFindings: "the same, at GET /v1/contacts/health/findings/export; by pages: health.findings",
  listContacts: "contacts.list, through findContacts",
  listContactsAt: "contacts.list, through findContacts",
  listContactsSince: "contacts.list, through findContacts",
  upsertContacts: "contacts.upsertMany, through upsertRows, which also takes rows that could not be read",
  requireListOf: "a part of selecting contacts",
  importableUpload: "a part of starting and previewing an import",
  storedJob: "a part of whatever is done with a job",
  dropUpload: "puts away the file of a repeated request; an upload that nobody takes goes by itself",
  decideWrites: "a part of writing contacts",
  decideChange: "a part of writing contacts",
  landDecision: "a part of writing contacts",
  segmentOf: "a part of listing and exporting contacts",
  startSoleRun: "a part of starting a health run, and a search for duplicates",
  countIfQuick: "a part of writing a segment; segments.refresh counts for its own sake",
};

it("the use cases are found", () => {
  expect(verbs).toEqual(expect.arrayContaining(["getContact", "watchJob", "revokeKey", "upsertRows"]));
});

it("every use case for callers has a procedure, or a reason to have none", () => {
  const uncalled = verbs.filter((verb) => !new RegExp(`\\b${verb}\\b`).test(sources));
  expect(uncalled.sort()).toEqual(Object.keys(leftOut).sort());
});
