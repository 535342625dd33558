import type { RecordProblem } from "./record.ts";

/** Deeper values overflow the stack of whoever walks them; no contact is near. */
const deepest = 1000;

/** Escapes that can stand for what Postgres cannot store: NUL, and half of a surrogate pair. */
const suspectEscape = /\\u(?:0000|d[89a-f])/i;

/**
 * The object in a piece of JSON, or why it is none that can be used.
 * @param raw valid text without NUL
 */
export function readJsonObject(raw: string): { value: Record<string, unknown> } | { problem: RecordProblem } {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: { code: "invalid_json", message: `The record is not valid JSON: ${reason}.` } };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const message = `The record is ${kind(value)}. Each record must be an object, like {"email": "ana@example.com"}.`;
    return { problem: { code: "not_an_object", message } };
  }
  if (raw.length > 2 * deepest && depth(raw) > deepest) {
    return {
      problem: {
        code: "invalid_json",
        message: `The record is nested deeper than ${deepest} levels. Flatten it.`,
      },
    };
  }
  const problem = suspectEscape.test(raw) ? unstorable(value) : undefined;
  return problem === undefined ? { value: value as Record<string, unknown> } : { problem };
}

function kind(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

function depth(raw: string): number {
  let level = 0;
  let most = 0;
  for (const [token] of raw.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") most = Math.max(most, ++level);
    else if (token === "}" || token === "]") level--;
  }
  return most;
}

function unstorable(value: object): RecordProblem | undefined {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === "string") {
      if (next.includes("\0")) {
        return {
          code: "nul_byte",
          message: "A value of the record contains the character \\u0000. Delete it.",
        };
      }
      if (!next.isWellFormed()) {
        return {
          code: "invalid_encoding",
          message: "A value of the record contains half of a surrogate pair. Delete it.",
        };
      }
    } else if (typeof next === "object" && next !== null) {
      left.push(...Object.keys(next), ...Object.values(next));
    }
  }
  return undefined;
}
