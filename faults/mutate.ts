import { printTable } from "@roster/bench/table.ts";
import type { Mutant } from "./mutants.ts";
import { copyTree, type RedTest, type TreeCopy } from "./mutated-copy.ts";

/** What became of a mutant; null: it survived. */
export type MutantLine = { name: string; what: string; red: RedTest | null };

/**
 * Takes one safeguard after the other out of a copy of the product, and runs the test that must notice.
 * @throws Error when a test is red without any mutant, or a mutant no longer fits the source
 */
export async function runMutants(
  mutants: readonly Mutant[],
  say: (line: string) => void,
): Promise<MutantLine[]> {
  const tree = copyTree();
  // Also when it is interrupted.
  process.once("exit", tree.remove);
  try {
    say("the tests, on an unchanged copy");
    const calm = await tree.test([...new Set(mutants.map(({ test }) => test))]);
    if (calm.red.length > 0) throw new Error(`Red without any mutant: ${JSON.stringify(calm.red)}`);
    say(`${calm.passed} tests are green`);
    const lines: MutantLine[] = [];
    for (const mutant of mutants) {
      say(`${mutant.name}: ${mutant.what}`);
      lines.push(await tryOut(mutant, tree));
    }
    return lines;
  } finally {
    process.off("exit", tree.remove);
    tree.remove();
  }
}

async function tryOut(mutant: Mutant, tree: TreeCopy): Promise<MutantLine> {
  const { name, what, file, cut, put = "", test, scenario } = mutant;
  const source = tree.read(file);
  const spoiled = source.replaceAll(typeof cut === "string" ? cut : new RegExp(cut, "g"), put);
  if (spoiled === source) throw new Error(`The mutant ${name} no longer fits ${file}.`);
  tree.write(file, spoiled);
  try {
    const { red } = await tree.test([test], scenario);
    return { name, what, red: red[0] ?? null };
  } finally {
    tree.write(file, source);
  }
}

/** Prints a line for each mutant, and which test turned red. */
export function printMutants(lines: readonly MutantLine[]): void {
  printTable([
    ["mutant", "without its safeguard", "outcome"],
    ...lines.map(({ name, what, red }) => [name, what, red === null ? "SURVIVED" : "red"]),
  ]);
  for (const { name, red } of lines) {
    if (red !== null) process.stdout.write(`${name}: «${red.test}»\n  ${red.message}\n`);
  }
}
