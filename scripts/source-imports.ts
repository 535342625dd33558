import { posix } from "node:path";

/** One import of a source file. `target` is a path from the root for our own files, else the package's name or `node:…`. */
export type SourceImport = { line: number; target: string; typeOnly: boolean };

// The formatter puts every import and export at the beginning of its line, and nothing else in code begins so; comments
// begin with // or an asterisk. That is enough to read imports without a parser.
const fromClause = /^(?:import|export)\b(?<what>[^;"'`=()]*?)\bfrom\s*["'](?<specifier>[^"'\n]+)["']/gm;
const bare = /^import\s*["'](?<specifier>[^"'\n]+)["']/gm;
const dynamic = /^(?!\s*(?:\/\/|\*)).*?\b(?:import|require)\(\s*["'](?<specifier>[^"'\n]+)["']/gm;

/**
 * Everything that a TypeScript file imports or exports from elsewhere.
 * @param file path from the root, with slashes
 * @param workspace folder of each of our packages by its name, such as `@roster/domain` → `packages/domain`
 */
export function importsOf(
  file: string,
  source: string,
  workspace: ReadonlyMap<string, string>,
): SourceImport[] {
  const found: SourceImport[] = [];
  for (const pattern of [fromClause, bare, dynamic]) {
    for (const match of source.matchAll(pattern)) {
      const { specifier, what } = match.groups!;
      found.push({
        line: lineAt(source, match.index),
        target: targetOf(file, specifier!, workspace),
        typeOnly: what !== undefined && isTypeOnly(what.trim()),
      });
    }
  }
  return found;
}

/** 1-based line of an offset. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}

function isTypeOnly(what: string): boolean {
  if (/^type\s/.test(what)) return true;
  const names =
    /^\{(.*)\}$/s
      .exec(what)?.[1]
      ?.split(",")
      .filter((name) => name.trim() !== "") ?? [];
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

function targetOf(file: string, specifier: string, workspace: ReadonlyMap<string, string>): string {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier);
  if (specifier.startsWith("node:")) return specifier;
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const folder = workspace.get(name);
  return folder === undefined ? name : posix.join(folder, "src", ...parts.slice(2));
}
