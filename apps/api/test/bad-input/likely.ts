import fc from "fast-check";
import { z } from "zod";
import { plausibleValue } from "./plausible-value.ts";

const nowhere = "0190c8f0-0000-7000-8000-000000000000";

/** An input that a schema mostly takes: with every field, each with what its name promises. */
export function likely(schema: z.ZodType): unknown {
  return likelyOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }), "");
}

function likelyOf(schema: z.core.JSONSchema._JSONSchema, name: string): unknown {
  if (typeof schema === "boolean") return promised(name);
  const { const: only, enum: words, anyOf, oneOf, properties, items } = schema;
  if (only !== undefined) return only;
  if (words !== undefined) return words[0];
  const branch = anyOf?.[0] ?? oneOf?.[0];
  if (branch !== undefined) return likelyOf(branch, name);
  if (properties !== undefined) {
    return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, likelyOf(inner, key)]));
  }
  if (items !== undefined && !Array.isArray(items)) return [likelyOf(items, name)];
  if (schema.type === "boolean") return false;
  if (schema.type === "integer" || schema.type === "number") return 1;
  return promised(name);
}

function promised(name: string): unknown {
  return fc.sample(plausibleValue(name, [nowhere]), { numRuns: 1, seed: 1 })[0];
}
