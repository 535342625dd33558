import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const packageDir = join(import.meta.dirname, "..");
const repository = join(packageDir, "../..");
const quiet = { npm_config_audit: "false", npm_config_fund: "false", npm_config_update_notifier: "false" };

let dir: string;
let project: string;

/** A customer's `npm install` of the packed client, without a network: what it depends on is there already. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "roster-client-"));
  const client = await packWithPnpm();
  project = join(dir, "project");
  mkdirSync(project);
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "customer", private: true, type: "module" }),
  );
  placeDependencies();
  // The compiler is the customer's own, and @trpc/client's wish for one is met by this repository's.
  await npm(["install", "--offline", "--legacy-peer-deps", "--ignore-scripts", client], project);
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("the tarball holds built JavaScript and one declaration file that knows no room of the server", () => {
  const installed = join(project, "node_modules/@roster/client");
  expect(readdirSync(installed).sort()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
  expect(readdirSync(join(installed, "dist")).sort()).toEqual(["index.d.ts", "index.js"]);
  const declarations = readFileSync(join(installed, "dist/index.d.ts"), "utf8");
  const imported = [...declarations.matchAll(/(?:from |import\()"([^"]+)"/g)].map((match) => match[1]!);
  const packages = imported.map((name) =>
    name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/"),
  );
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining([...new Set(packages)]));
  expect(packages).not.toContain("postgres");
  expect(JSON.stringify([dependencies, devDependencies])).not.toMatch(/workspace:|catalog:/);
});

test("a call, an import and a job's states type-check in a strict project that has nothing else installed", async () => {
  writeFileSync(
    join(project, "good.ts"),
    `import { createRosterClient, isRosterError, type Job } from "@roster/client";
    const client = createRosterClient({ url: "http://127.0.0.1:4400", key: "sk_…" });
    const { contacts, total } = await client.contacts.list.query({ limit: 10 });
    const emails: string[] = contacts.map((contact) => contact.email);
    const since: string | undefined = contacts[0]?.createdAt;
    const { jobId } = await client.importFile(new Blob(["email\\n"]), { policy: { mapping: { Mail: "email" } } });
    const preview = await client.previewFile(new Blob(), { rows: 5, hints: { delimiter: ";" } });
    const reasons: string[] = preview.columns.map((column) => column.reason);
    await client.importFile(preview, { policy: { defaults: { plan: reasons[0]! }, stopAfterFailures: 5 } });
    for await (const job of client.watchJob(jobId)) {
      const state: "queued" | "running" | "completed" | "failed" | "cancelled" = job.state;
      console.log(state, job.counters.created, total, since, emails);
    }
    const subscription = client.jobs.watch.subscribe({ id: jobId }, { onData: (job: Job) => console.log(job.progress) });
    subscription.unsubscribe();
    try {
      await client.contacts.get.query({ id: "x" });
    } catch (error) {
      if (isRosterError(error) && error.data?.refusal === "not_found") console.log(error.message);
    }
    `,
  );
  expect(await typeCheck("good.ts")).toBe("");
});

test("a wrong field, option or procedure does not type-check", async () => {
  const wrong = [
    "await client.contacts.list.query({ limitt: 10 });",
    "(await client.contacts.list.query({ limit: 1 })).contacts[0]!.emial;",
    'await client.importFile(new Blob(), { policy: { onExisting: "replace" } });',
    'client.jobs.watch.subscribe({ id: "x" }, { onData: (job) => job.percent });',
    "client.contacts.remove;",
    "await client.previewFile(new Blob(), { name: 1 });",
    "(await client.previewFile(new Blob())).columns[0]!.becomes;",
    'await client.importFile(new Blob(), { policy: { target: "lists" } });',
    'client.undoJob({ id: "x" });',
    '(await client.previewUndo("x")).deleted;',
  ];
  const head = 'import { createRosterClient } from "@roster/client";';
  const client = 'const client = createRosterClient({ url: "http://127.0.0.1:4400", key: "sk_…" });';
  writeFileSync(join(project, "bad.ts"), [head, client, ...wrong].join("\n"));
  const complaints = [...(await typeCheck("bad.ts")).matchAll(/^(\S+)\((\d+),\d+\): error/gm)];
  expect(complaints.map(([, file, line]) => `${file} ${line}`)).toEqual(
    wrong.map((_, at) => `bad.ts ${at + 3}`),
  );
});

test("it runs on plain Node, where nothing strips types under node_modules", async () => {
  writeFileSync(
    join(project, "run.js"),
    `import { createRosterClient } from "@roster/client";
    const calls = [];
    const fetch = async (url, init) => {
      calls.push([String(url), init.headers.authorization]);
      return new Response(JSON.stringify([{ result: { data: { contacts: [], total: 0 } } }]), { status: 200 });
    };
    const client = createRosterClient({ url: "http://127.0.0.1:4400/", key: "sk_1", fetch });
    console.log(JSON.stringify([await client.contacts.list.query({ limit: 1 }), calls]));`,
  );
  const { stdout } = await run(process.execPath, ["run.js"], { cwd: project });
  const [answer, [[url, authorization]]] = JSON.parse(stdout);
  expect(answer).toEqual({ contacts: [], total: 0 });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:4400\/trpc\/contacts\.list\?/);
  expect(url).not.toContain("sk_1");
  expect(authorization).toBe("Bearer sk_1");
});

async function npm(args: string[], cwd: string): Promise<void> {
  await run("npm", args, { cwd, env: { ...process.env, ...quiet } });
}

async function packWithPnpm(): Promise<string> {
  const { packageManager } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const env = { ...process.env, ...quiet };
  await run("npx", ["-y", packageManager, "pack", "--pack-destination", dir], { cwd: packageDir, env });
  return join(dir, readdirSync(dir).find((name) => name.endsWith(".tgz"))!);
}

/** Puts everything that the client depends on into the project, from what is installed here. */
function placeDependencies(): void {
  const found = new Set<string>();
  const visit = (from: string) => {
    const { dependencies = {} } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
    for (const name of Object.keys(dependencies)) {
      // pnpm lays a package's dependencies beside it, and those of this workspace's own packages inside them.
      const modules =
        from === packageDir ? join(from, "node_modules") : from.replace(/(.*\/node_modules)\/.*/, "$1");
      const place = realpathSync(join(modules, name));
      if (found.has(place)) continue;
      found.add(place);
      cpSync(place, join(project, "node_modules", name), { recursive: true });
      visit(place);
    }
  };
  visit(packageDir);
}

/** What the compiler says of one file under the strictest settings; empty when all is well. */
async function typeCheck(file: string): Promise<string> {
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  const settings =
    "--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck false".split(
      " ",
    );
  const target = "--target es2024 --lib esnext,dom --module nodenext --types".split(" ");
  try {
    await run(process.execPath, [compiler, ...settings, ...target, "", file], { cwd: project });
    return "";
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
