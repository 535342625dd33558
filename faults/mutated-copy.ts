import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const root = join(import.meta.dirname, "..");
/** What is no source: data, builds, caches, and the packages, which are linked. */
const leftOut = new Set([".git", ".roster", ".turbo", "dist", ".vite", ".vitest-cache", ".cache"]);

/** A mutant may keep a test from ever ending. */
const patienceMs = 300_000;

/** A test that failed: its name, and the first line of why. */
export type RedTest = { test: string; message: string };

/** What a run of tests found. */
export type TestRun = { passed: number; red: RedTest[] };

/** The whole tree once more, in a temporary directory, to be spoiled. */
export type TreeCopy = {
  read(file: string): string;
  write(file: string, text: string): void;
  /** Runs test files in the copy, of scenarios one alone. @throws Error when they did not run at all */
  test(files: readonly string[], scenario?: string): Promise<TestRun>;
  remove(): void;
};

export function copyTree(): TreeCopy {
  const dir = mkdtempSync(join(tmpdir(), "roster-mutants-"));
  const packages = join(root, "node_modules");
  cpSync(root, dir, {
    recursive: true,
    // The links between our own packages are relative, and so lead to the copy.
    verbatimSymlinks: true,
    filter: (path) => path !== packages && !leftOut.has(basename(path)),
  });
  mkdirSync(join(dir, "node_modules"));
  for (const name of readdirSync(packages)) {
    if (!leftOut.has(name)) symlinkSync(join(packages, name), join(dir, "node_modules", name));
  }
  return {
    read: (file) => readFileSync(join(dir, file), "utf8"),
    write: (file, text) => writeFileSync(join(dir, file), text),
    test: (files, scenario) => runTests(dir, files, scenario),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

type VitestReport = {
  numPassedTests: number;
  testResults: {
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
};

async function runTests(dir: string, files: readonly string[], scenario?: string): Promise<TestRun> {
  const report = join(dir, "report.json");
  rmSync(report, { force: true });
  const vitest = join(dir, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", ...files, "--reporter=json", `--outputFile=${report}`];
  const child = spawn(process.execPath, args, {
    cwd: dir,
    env: { ...process.env, ...(scenario !== undefined && { FAULTS_ONLY: scenario }) },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: patienceMs,
  });
  let complaints = "";
  child.stderr.on("data", (part) => {
    complaints += part;
  });
  await once(child, "close");
  let results: VitestReport;
  try {
    results = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  } catch {
    throw new Error(`The tests ${files.join(", ")} did not run: ${complaints.slice(0, 2000)}`);
  }
  const red = results.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => ({ test: fullName, message: firstLine(failureMessages[0]) })),
  );
  // A file that cannot even be loaded fails without a test: that proves nothing.
  const unloaded = results.testResults.find(({ assertionResults }) => assertionResults.length === 0);
  if (unloaded !== undefined) throw new Error(`A test file did not run: ${unloaded.message}`);
  return { passed: results.numPassedTests, red };
}

function firstLine(message = ""): string {
  return message.split("\n")[0]!.slice(0, 160);
}
