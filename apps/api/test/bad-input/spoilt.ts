import { z } from "zod";

/** What goes wrong in one place of an input that is right everywhere else; the further ones where BAD_INPUT_RUNS is set. */
const usual: readonly unknown[] = ["\0", "a\ud800", "x".repeat(2000), 1e308, {}, [{}]];
const further = ["", "9".repeat(30), -1, null, true, [], [["a"]], JSON.parse('{"__proto__":1}')];
const spoilers = process.env.BAD_INPUT_RUNS === undefined ? usual : [...usual, ...further];

/** The same for what can only be a text, in an address. */
export const textSpoilers = ["%00", "%ff", "", "%20", "-1", "1e308", "9".repeat(30), "x".repeat(2000)];

type Place = readonly (string | number)[];

/** An input with each place that it has, and each that its schema knows, spoilt in each way. */
export function* spoilt(input: unknown, schema: z.ZodType): Generator<unknown> {
  const written = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
  const places = new Map<string, Place>();
  for (const place of [...placesOf(input), ...placesIn(written)]) places.set(JSON.stringify(place), place);
  for (const place of places.values()) for (const spoiler of spoilers) yield spoiltAt(input, place, spoiler);
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [[]];
  // Of a list all items are alike.
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.slice(0, 1).map((item) => [0, item])
    : Object.entries(value);
  return [[], ...entries.flatMap(([key, inner]) => placesOf(inner).map((place) => [key, ...place]))];
}

/** Deep enough for what any body has. */
const deepest = 5;

function placesIn(schema: z.core.JSONSchema._JSONSchema, depth = 0): Place[] {
  if (typeof schema === "boolean" || depth > deepest) return [[]];
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = schema;
  const below = (key: string | number, inner: z.core.JSONSchema._JSONSchema) =>
    placesIn(inner, depth + 1).map((place) => [key, ...place]);
  return [
    [],
    ...Object.entries(properties).flatMap(([key, inner]) => below(key, inner)),
    ...(items === undefined || Array.isArray(items) ? [] : below(0, items)),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((branch) => placesIn(branch, depth + 1)),
  ];
}

/** A copy with a value at a place; what is not there on the way is made. */
function spoiltAt(input: unknown, [key, ...rest]: Place, spoiler: unknown): unknown {
  if (key === undefined) return spoiler;
  if (typeof key === "number") {
    const list: unknown[] = Array.isArray(input) ? [...input] : [];
    list[key] = spoiltAt(list[key], rest, spoiler);
    return list;
  }
  const object = typeof input === "object" && !Array.isArray(input) ? (input as Record<string, unknown>) : {};
  return { ...object, [key]: spoiltAt(object?.[key], rest, spoiler) };
}
