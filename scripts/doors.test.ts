import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findViolations } from "./doors.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "roster-doors-"));
  for (const folder of ["packages/domain", "packages/store", "packages/usecases", "packages/client"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const folder of ["apps/api", "apps/worker", "apps/cli", "apps/launcher", "apps/web"])
    mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a file of the made-up tree and gives back the rules that it breaks, as `line:rule`. */
function broken(file: string, source: string): string[] {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), source);
  return findViolations(root)
    .filter((violation) => violation.file === file)
    .map(({ line, rule }) => `${line}:${rule}`);
}

describe("is a violation", () => {
  test.each([
    ["1:1", "a runtime in domain", "packages/domain/src/a.ts", 'import { hash } from "node:crypto";'],
    ["1:1", "a library in domain", "packages/domain/src/a.ts", 'import fc from "fast-csv";'],
    [
      "1:1",
      "another room in domain",
      "packages/domain/src/a.ts",
      'import { open } from "@roster/store/open.ts";',
    ],
    [
      "1:1",
      "a type of another room in domain",
      "packages/domain/src/a.ts",
      'import type { Db } from "@roster/store/open.ts";',
    ],
    [
      "1:1",
      "a way around by a path",
      "packages/domain/src/a.ts",
      'import { open } from "../../store/src/open.ts";',
    ],
    ["1:2", "HTTP in store", "packages/store/src/a.ts", 'import express from "express";'],
    ["1:2", "Node's HTTP in store", "packages/store/src/a.ts", 'import { createServer } from "node:http";'],
    [
      "1:2",
      "use cases in store",
      "packages/store/src/a.ts",
      'import { f } from "@roster/usecases/jobs/jobs.ts";',
    ],
    ["1:2", "tRPC in use cases", "packages/usecases/src/a.ts", 'import { TRPCError } from "@trpc/server";'],
    ["1:2", "an app in use cases", "packages/usecases/src/a.ts", 'import { app } from "@roster/api/app.ts";'],
    [
      "1:3",
      "store beside an app's main",
      "apps/api/src/app.ts",
      'import { openStore } from "@roster/store/open.ts";',
    ],
    [
      "1:3",
      "store in a nested main",
      "apps/api/src/rest/main.ts",
      'import { openStore } from "@roster/store/open.ts";',
    ],
    ["1:3", "an app in another", "apps/worker/src/main.ts", 'import { buildApp } from "@roster/api/app.ts";'],
    ["1:3", "the client in a server", "apps/api/src/a.ts", 'import { c } from "@roster/client/client.ts";'],
    ["1:4", "rest in trpc", "apps/api/src/trpc/jobs.ts", 'import { w } from "../rest/house/wire.ts";'],
    ["1:4", "trpc in rest", "apps/api/src/rest/house/routes.ts", 'import { r } from "../../trpc/router.ts";'],
    [
      "1:4",
      "a dialect in another",
      "apps/api/src/rest/house/routes.ts",
      'import { w } from "../plunk/wire.ts";',
    ],
    [
      "1:5",
      "use cases in the command line",
      "apps/cli/src/main.ts",
      'import { f } from "@roster/usecases/jobs/jobs.ts";',
    ],
    [
      "1:5",
      "store at the operator's door",
      "apps/cli/src/operator/operator.ts",
      'import { f } from "@roster/store/open.ts";',
    ],
    [
      "1:5",
      "the API in the console",
      "apps/web/src/main.tsx",
      'import type { AppRouter } from "@roster/api/trpc/router.ts";',
    ],
    [
      "1:5",
      "the router as a value in the client",
      "packages/client/src/a.ts",
      'import { appRouter } from "@roster/api/trpc/router.ts";',
    ],
    [
      "1:5",
      "another file of the API in the client",
      "packages/client/src/a.ts",
      'import type { A } from "@roster/api/app.ts";',
    ],
    [
      "1:6",
      "the environment outside config",
      "apps/api/src/main.ts",
      "const port = Number(process.env.PORT);",
    ],
    [
      "1:6",
      "the environment by bracket in a package",
      "packages/usecases/src/a.ts",
      'const x = process.env["X"];',
    ],
    ["1:6", "the environment by its import", "apps/api/src/main.ts", 'import { env } from "node:process";'],
    ["1:7", "an index", "packages/usecases/src/index.ts", "export const a = 1;"],
    ["1:7", "re-exporting all", "packages/usecases/src/all.ts", 'export * from "./jobs.ts";'],
    ["1:7", "a file named utils", "packages/usecases/src/utils.ts", "export const a = 1;"],
    ["1:7", "a folder named shared", "apps/api/src/shared/money.ts", "export const a = 1;"],
    ["1:7", "a file named date-helpers", "apps/api/src/date-helpers.ts", "export const a = 1;"],
    ["1:7", "a test's helpers", "apps/api/test/helpers.ts", "export const a = 1;"],
    ["1:7", "a service", "packages/usecases/src/a.ts", "export class ContactService {}"],
    ["1:7", "a manager by type", "packages/usecases/src/a.ts", "export type JobManager = { a: 1 };"],
    ["1:7", "a manager in a list", "packages/usecases/src/a.ts", "export { jobManager };"],
  ])("%s: %s", (expected, _, file, source) => {
    expect(broken(file, `${source}\n`)).toEqual([expected]);
  });

  test("whatever the form of the import, and on its own line", () => {
    const source = `import { z } from "zod";
import {
  type A,
  readFile,
} from "node:fs";
import "node:http";
export { join } from "node:path";
export type { Db } from "@roster/store/open.ts";

const lazily = async () => await import("node:os");
`;
    expect(broken("packages/domain/src/a.ts", source)).toEqual(["2:1", "6:1", "7:1", "8:1", "10:1"]);
  });
});

describe("is no violation", () => {
  test.each([
    [
      "zod, tr46 and its own files in domain",
      "packages/domain/src/a.ts",
      'import "zod";\nimport "tr46";\nimport "./b.ts";\nimport "@roster/domain/c.ts";',
    ],
    [
      "PostgreSQL in store",
      "packages/store/src/a.ts",
      'import postgres from "postgres";\nimport net from "node:net";\nimport "@roster/domain/a.ts";',
    ],
    [
      "store and CSV in use cases",
      "packages/usecases/src/a.ts",
      'import "@roster/store/open.ts";\nimport "fast-csv";\nimport "node:stream";',
    ],
    [
      "store in an app's main",
      "apps/launcher/src/main.ts",
      'import { migrate } from "@roster/store/migrate.ts";',
    ],
    [
      "any room in a test",
      "apps/api/test/plunk/list.test.ts",
      'import "@roster/store/testing.ts";\nimport "../../src/rest/house/wire.ts";\nprocess.env.X = "1";',
    ],
    ["vitest beside a domain file", "packages/domain/src/a.test.ts", 'import { test } from "vitest";'],
    [
      "what a dialect and its neighbours have around them",
      "apps/api/src/rest/house/routes.ts",
      'import "../dialect.ts";\nimport "./wire.ts";\nimport "../../authenticate.ts";',
    ],
    [
      "mounting the dialects",
      "apps/api/src/rest/mount.ts",
      'import "./house/routes.ts";\nimport "./plunk/routes.ts";',
    ],
    ["both doors in the app", "apps/api/src/app.ts", 'import "./rest/mount.ts";\nimport "./trpc/mount.ts";'],
    [
      "client and domain in the command line",
      "apps/cli/src/a.ts",
      'import "@roster/client/client.ts";\nimport "@roster/domain/accounts/scope.ts";',
    ],
    [
      "use cases at the operator's door",
      "apps/cli/src/operator/keys.ts",
      'import { createKey } from "@roster/usecases/accounts/keys.ts";',
    ],
    [
      "the router's type in the client",
      "packages/client/src/a.ts",
      'import type { AppRouter } from "@roster/api/trpc/router.ts";',
    ],
    [
      "the router's type, marked inside",
      "packages/client/src/a.ts",
      'import { type AppRouter } from "@roster/api/trpc/router.ts";',
    ],
    ["the environment in config", "apps/api/src/config.ts", "const env = process.env;"],
    [
      "a comment about what is not done",
      "packages/domain/src/a.ts",
      '// import { hash } from "node:crypto";\n/**\n * never process.env, nor import("node:os")\n */',
    ],
    ["a word inside another", "packages/usecases/src/sharedness.ts", "export const libraries = 1;"],
  ])("%s", (_, file, source) => {
    expect(broken(file, `${source}\n`)).toEqual([]);
  });

  test("what was installed or built", () => {
    expect(broken("packages/domain/node_modules/x/index.ts", 'import "node:fs";\n')).toEqual([]);
    expect(broken("packages/client/dist/index.ts", "export const a = 1;\n")).toEqual([]);
  });
});

const program = join(import.meta.dirname, "doors.ts");

test("the command prints a line with file, line, rule and mend for each violation, and fails", () => {
  broken("packages/domain/src/a.ts", 'import "zod";\nimport "node:fs";\n');
  broken("packages/usecases/src/index.ts", "export const a = 1;\n");
  const run = spawnSync(process.execPath, [program, root], { encoding: "utf8" });
  expect(run.status).toBe(1);
  expect(run.stderr.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^packages\/domain\/src\/a\.ts:2: door rule 1: domain imports .* \(node:fs\)$/),
    expect.stringMatching(/^packages\/usecases\/src\/index\.ts:1: door rule 7: no barrels: /),
  ]);
});

test("the command says nothing and succeeds where all doors are kept", () => {
  broken("packages/domain/src/a.ts", 'import "zod";\n');
  expect(execFileSync(process.execPath, [program, root], { encoding: "utf8" })).toBe("");
});
