import { expect, test } from "vitest";
import { ImportPolicy, importWritePolicy } from "./import-policy.ts";

test("without a word an import merges, adds tags and lets nobody back", () => {
  expect(importWritePolicy(ImportPolicy.parse({}))).toEqual({
    shape: "many",
    onExisting: "merge",
    tags: "add",
    defaults: null,
    listId: null,
    resubscribe: null,
    optInNeedsConsent: false,
  });
});

test("resubscribe and consent go together: one without the other is refused, and the sentence says so", () => {
  const both = ImportPolicy.parse({ resubscribe: true, consent: " Spring form, v2 " });
  expect(importWritePolicy(both).resubscribe).toEqual({ consent: "Spring form, v2" });
  for (const half of [
    { resubscribe: true },
    { consent: "Spring form" },
    { resubscribe: true, consent: "  " },
  ]) {
    const read = ImportPolicy.safeParse(half);
    expect(read.success).toBe(false);
    expect(read.error?.issues[0]?.path).toEqual(["consent"]);
  }
});

test("what is to happen to existing contacts is kept", () => {
  for (const onExisting of ["merge", "skip", "overwrite"] as const) {
    expect(importWritePolicy(ImportPolicy.parse({ onExisting })).onExisting).toBe(onExisting);
  }
});

test("an unknown option is refused by name, so that a misspelt dryRun does not write", () => {
  const read = ImportPolicy.safeParse({ dryrun: true });
  expect(read.success).toBe(false);
  expect(JSON.stringify(read.error?.issues)).toContain("dryrun");
});

test("an import of suppressions takes no option that is about contacts, and names each", () => {
  const read = ImportPolicy.safeParse({
    target: "suppressions",
    onExisting: "skip",
    tags: ["x"],
    defaults: { plan: "free" },
    resubscribe: true,
    consent: "Form",
  });
  expect(read.error?.issues.map(({ path }) => path[0])).toEqual([
    "onExisting",
    "tags",
    "defaults",
    "resubscribe",
  ]);
  const mapping = { Address: "email" };
  const fine = { target: "suppressions", mapping, dryRun: true, stopAfterFailures: 5 };
  expect(ImportPolicy.safeParse(fine).success).toBe(true);
});

test("stopping needs at least one failure", () => {
  for (const stopAfterFailures of [0, -1, 1.5]) {
    expect(ImportPolicy.safeParse({ stopAfterFailures }).success).toBe(false);
  }
});

test("a policy survives its way through the job's row", () => {
  const policy = ImportPolicy.parse({
    tags: [" fair "],
    mapping: { "E-Post": "email" },
    dryRun: true,
    defaults: { Ort: "Köln" },
  });
  expect(policy.tags).toEqual(["fair"]);
  expect(ImportPolicy.parse(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
});
