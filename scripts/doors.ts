// Checks who imports whom, where the environment is read, and that no name is empty: the doors that ARCHITECTURE.md
// draws. Run by `npm test`; prints one line for each violation and exits with 1 if there is one.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentReader, importRules, nameProblem } from "./door-rules.ts";
import { importsOf, lineAt } from "./source-imports.ts";

export type Violation = { file: string; line: number; rule: number; mend: string };

/** Test code reaches into any room, because it sets rooms up; its names are still names. */
const testCode =
  /\.test\.tsx?$|^[^/]+\/[^/]+\/test\/|^packages\/store\/src\/(testing|server\/test-[^/]+)\.ts$/;

const emptyName =
  /^export\s+(?:(?:default|declare|abstract|async)\s+)*(?:(?:class|function|const|let|type|interface)\s+(?<declared>\w*(?:Service|Manager))\b|(?:type\s+)?\{[^}]*?\b(?<listed>\w*(?:Service|Manager))\b)/gm;

/**
 * Every violation in the sources under `apps/` and `packages/`, ordered by file and line.
 * @param root folder of the workspace
 */
export function findViolations(root: string): Violation[] {
  const workspace = workspaceOf(root);
  return [...workspace.values()]
    .flatMap((folder) => sourcesIn(root, folder))
    .flatMap((file) => violationsIn(file, readFileSync(join(root, file), "utf8"), workspace))
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function violationsIn(file: string, source: string, workspace: ReadonlyMap<string, string>): Violation[] {
  const found: Violation[] = [];
  const add = (line: number, rule: number, mend: string) => found.push({ file, line, rule, mend });

  const name = nameProblem(file);
  if (name !== null) add(1, 7, name);
  for (const match of source.matchAll(/^export\s+\*/gm)) {
    add(lineAt(source, match.index), 7, "no barrels: export what this file itself makes");
  }
  for (const match of source.matchAll(emptyName)) {
    const exported = match.groups!.declared ?? match.groups!.listed;
    add(lineAt(source, match.index), 7, `“${exported}” names nothing: call it by its subject`);
  }
  if (testCode.test(file)) return found;

  for (const to of importsOf(file, source, workspace)) {
    for (const rule of importRules) {
      const mend = rule.broken(file, to);
      if (mend !== null) add(to.line, rule.number(file), mend);
    }
  }
  if (!environmentReader.test(file)) {
    const reads =
      /^(?!\s*(?:\/\/|\/?\*)).*?(?:\bprocess\s*\??\.\s*env\b|import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*["']node:process)/gm;
    for (const match of source.matchAll(reads)) {
      add(
        lineAt(source, match.index),
        6,
        "read the environment in the app's config.ts and pass the setting on",
      );
    }
  }
  return found;
}

/** The folder of each package and app by its name, such as `@roster/domain` → `packages/domain`. */
function workspaceOf(root: string): Map<string, string> {
  const folders = ["apps", "packages"].flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [],
  );
  return new Map(folders.map((folder) => [`@roster/${folder.split("/")[1]!}`, folder]));
}

const notOurs = new Set(["node_modules", "dist", ".turbo", "coverage"]);

function sourcesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesIn(root, path);
    // Declarations are written by the compiler and import nothing when the program runs.
    return /\.[mc]?tsx?$/.test(path) && !path.endsWith(".d.ts") ? [path] : [];
  });
}

if (import.meta.main) {
  const violations = findViolations(process.argv[2] ?? join(import.meta.dirname, ".."));
  for (const { file, line, rule, mend } of violations)
    console.error(`${file}:${line}: door rule ${rule}: ${mend}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
