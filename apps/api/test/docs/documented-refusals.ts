import { dialectDocuments } from "../../src/docs/catalog.ts";
import { refusedExamples } from "../../src/docs/failure-answer.ts";
import type { Operation } from "../../src/docs/operation.ts";

/**
 * The statuses with which a request is turned down, as its dialect's document says it.
 * @param path as it was sent, without the query
 * @returns null where the document has nothing at the path
 */
export function documentedRefusals(slug: string, method: string, path: string): ReadonlySet<number> | null {
  const document = dialectDocuments.find((each) => each.slug === slug)!;
  // A literal segment wins over a parameter.
  const [operation] = document.operations
    .filter((each) => each.method.toUpperCase() === method && isAt(each, path, document.prefixes))
    .sort((a, b) => parameters(a) - parameters(b));
  if (operation === undefined) return null;
  const statuses =
    known.get(operation) ?? new Set(refusedExamples(document, operation).map(({ answer }) => answer.status));
  known.set(operation, statuses);
  return statuses;
}

/** Asked about each of thousands of requests. */
const known = new Map<Operation, ReadonlySet<number>>();

function isAt(operation: Operation, path: string, prefixes: readonly string[]): boolean {
  const own = operation.path.replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^(${prefixes.join("|")})${own}/?$`).test(path);
}

function parameters({ path }: Operation): number {
  return path.split("{").length;
}
