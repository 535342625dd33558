import { isStorable } from "../text/text.ts";

/** Deepest nesting of one attribute's value; ours, so that no walk over a value can exhaust the stack. */
export const valueDepth = 20;

/** Keys that would reach an object's prototype in somebody's JavaScript; refused at any depth. */
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export type ValueProblem =
  | "attribute_key_forbidden"
  | "attribute_not_storable"
  | "attribute_not_json"
  | "attribute_too_deep";

/** Counts up what a walk has met: at least the octets that JSON would take for it. */
export type JsonSize = { atMost: number };

/** Why a key cannot be kept, at the top or inside a value; null if it can. */
export function keyProblem(key: string, size: JsonSize): ValueProblem | null {
  // A character is at most six octets (\u001f); two quotation marks, a colon and a comma.
  size.atMost += 6 * key.length + 4;
  if (forbiddenKeys.has(key)) return "attribute_key_forbidden";
  return isStorable(key) ? null : "attribute_not_storable";
}

/** Why a value cannot be kept as JSON, or null if it can. `depth` is 1 for an attribute's own value. */
export function valueProblem(value: unknown, depth: number, size: JsonSize): ValueProblem | null {
  switch (typeof value) {
    case "string":
      size.atMost += 6 * value.length + 3;
      return isStorable(value) ? null : "attribute_not_storable";
    case "number":
      // The longest is -2.2250738585072014e-308, with 24 characters.
      size.atMost += 25;
      return Number.isFinite(value) ? null : "attribute_not_json";
    case "boolean":
      size.atMost += 6;
      return null;
    case "object":
      size.atMost += 5;
      return value === null ? null : containerProblem(value, depth, size);
    default:
      return "attribute_not_json";
  }
}

function containerProblem(value: object, depth: number, size: JsonSize): ValueProblem | null {
  if (depth > valueDepth) return "attribute_too_deep";
  if (Array.isArray(value)) {
    for (const item of value) {
      const problem = valueProblem(item, depth + 1, size);
      if (problem !== null) return problem;
    }
    return null;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return "attribute_not_json";
  for (const [key, item] of Object.entries(value)) {
    const problem = keyProblem(key, size) ?? valueProblem(item, depth + 1, size);
    if (problem !== null) return problem;
  }
  return null;
}
