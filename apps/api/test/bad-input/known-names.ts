import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault } from "./envelope.ts";

const root = join(import.meta.dirname, "../../../..");

/** Every word of the sources that say what is read from outside: many more than a route reads, but those as well. */
export function candidateNames(glob: string): readonly string[] {
  const names = candidates.get(glob) ?? wordsOf(glob);
  candidates.set(glob, names);
  return names;
}

const candidates = new Map<string, readonly string[]>();

function wordsOf(glob: string): string[] {
  const shared = ["contact", "contact-patch", "contact-filter", "import-policy", "bulk-change"].map(
    (file) => `packages/domain/src/**/${file}.ts`,
  );
  const files = [...shared, "packages/usecases/src/**/{imports,bulk-subjects}.ts", glob];
  const words = files
    .flatMap((glob) => globSync(glob, { cwd: root }))
    .flatMap((file) => readFileSync(join(root, file), "utf8").match(/\b[a-z]\w{0,30}\b/g) ?? []);
  return [...new Set(words)];
}

/** A name that nothing has: what is said of it is said of every name that is not known. */
const unknown = "zzUnknown";

/** Few enough for an address that gives each of them twice. */
const atOnce = 250;

/**
 * Asks something about an input with a value of a type that no field takes under each of these names.
 * @returns what it finds fault with; null where it turns the input down without naming a field
 */
export type Ask = (names: readonly string[], opener: Record<string, unknown>) => Promise<Fault[] | null>;

/**
 * Which of these names something reads: those that it finds fault with. It is asked anew with each of the openers, for
 * fields that are only read in some mode.
 */
export async function knownNames(candidates: readonly string[], ask: Ask): Promise<string[]> {
  const known = new Set<string>();
  let looked = false;
  for (const opener of [{}, { mode: "query" }, { resubscribe: true }]) {
    // What opens nothing here finds what was found without it.
    const opens = Object.keys(opener).some((name) => known.has(name));
    if (looked && !opens) continue;
    // Turned down with none of them as well: it looks at something else first, and says nothing of fields.
    if ((await ask([unknown], opener)) === null) continue;
    looked = true;
    for (let at = 0; at < candidates.length; at += atOnce) {
      await learn(candidates.slice(at, at + atOnce), opener, ask, known);
    }
  }
  return candidates.filter((name) => known.has(name));
}

async function learn(
  names: readonly string[],
  opener: Record<string, unknown>,
  ask: Ask,
  known: Set<string>,
): Promise<void> {
  const left = names.filter((name) => !known.has(name));
  if (left.length === 0) return;
  const faults = await ask([unknown, ...left], opener);
  if (faults === null) {
    // One of them hides the others: it is looked for by halves.
    if (left.length === 1) return;
    await learn(left.slice(0, left.length / 2), opener, ask, known);
    return learn(left.slice(left.length / 2), opener, ask, known);
  }
  const refusal = faults.find(({ field }) => field === unknown)?.message;
  const before = known.size;
  for (const { field, message } of faults) {
    if (message !== refusal) known.add(field.split(".", 1)[0]!);
  }
  // One check may hide the next.
  if (known.size > before) return learn(left, opener, ask, known);
}
