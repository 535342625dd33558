import { octets, storableText } from "../text/text.ts";
import { type JsonSize, keyProblem, type ValueProblem, valueDepth, valueProblem } from "./attribute-value.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A contact's custom attributes. In a patch a `null` deletes its key, so that none is ever kept. */
export type Attributes = { [key: string]: Json };

/** The limits of the wire contract. */
export const attributeLimits = { keys: 100, octets: 64 * 1024, keyCharacters: 128 } as const;

/** Fields of a contact that some dialects show among its attributes, and that have a place of their own in others. */
export const namedFields: ReadonlySet<string> = new Set(["firstName", "lastName", "phone", "tags", "locale"]);

export type AttributesProblem = {
  code:
    | ValueProblem
    | "attribute_key_empty"
    | "attribute_key_too_long"
    | "attribute_key_is_field"
    | "too_many_attributes"
    | "attributes_too_large";
  /** The attribute at fault, cut to 128 characters; null where they are too many or too large together. */
  key: string | null;
  message: string;
};

/**
 * Why an object cannot be a contact's attributes, or a patch of them; null if it can. Takes anything that JSON.parse
 * gives, own `__proto__` keys too. A patch within the limits may still take the contact over them: check the merged
 * attributes once more.
 * @param options.refuseNamedFields for `metadata` and `customFields`, beside which the five named fields have their place
 */
export function checkAttributes(
  attributes: Readonly<Record<string, unknown>>,
  options: { refuseNamedFields?: boolean } = {},
): AttributesProblem | null {
  const size: JsonSize = { atMost: 2 };
  let kept = 0;
  for (const key of Object.keys(attributes)) {
    const code = nameProblem(key, options) ?? keyProblem(key, size) ?? valueProblem(attributes[key], 1, size);
    if (code !== null) return attributeProblem(code, key);
    if (attributes[key] !== null) kept++;
  }
  if (kept > attributeLimits.keys) {
    const message = `There are ${kept} attributes, and a contact has at most ${attributeLimits.keys}. Remove some.`;
    return { code: "too_many_attributes", key: null, message };
  }
  // Nearly every row is known to fit without being written out.
  if (size.atMost <= attributeLimits.octets) return null;
  const actual = octets(JSON.stringify(attributes));
  if (actual <= attributeLimits.octets) return null;
  const message = `The attributes are ${actual} octets of JSON, and at most ${attributeLimits.octets} are kept. Shorten them.`;
  return { code: "attributes_too_large", key: null, message };
}

function nameProblem(key: string, options: { refuseNamedFields?: boolean }) {
  if (key === "") return "attribute_key_empty";
  if (key.length > attributeLimits.keyCharacters) return "attribute_key_too_long";
  return options.refuseNamedFields === true && namedFields.has(key) ? "attribute_key_is_field" : null;
}

const sentences = {
  attribute_key_empty: () => "An attribute has an empty name. Give it one.",
  attribute_key_too_long: (key) =>
    `The attribute's name ${key}… is longer than ${attributeLimits.keyCharacters} characters. Shorten it.`,
  attribute_key_is_field: (key) => `${key} is a field of the contact. Set it there, not as an attribute.`,
  attribute_key_forbidden: (key) =>
    `The attribute ${key} is, or has inside, the name __proto__, constructor or prototype. Choose another name.`,
  attribute_not_storable: (key) => `The attribute ${key} holds a NUL or half a character. Remove it.`,
  attribute_not_json: (key) =>
    `The attribute ${key} holds something that JSON cannot say. Give it a text or a finite number.`,
  attribute_too_deep: (key) =>
    `The attribute ${key} is nested more than ${valueDepth} levels deep. Flatten it.`,
} satisfies Record<
  Exclude<AttributesProblem["code"], "too_many_attributes" | "attributes_too_large">,
  (key: string) => string
>;

function attributeProblem(code: keyof typeof sentences, key: string): AttributesProblem {
  // NUL and half characters may be in the name itself, and a problem is kept in the report.
  const shown = storableText(key, attributeLimits.keyCharacters);
  return { code, key: shown, message: sentences[code](shown) };
}

/**
 * Merges by key: a key absent from the patch is kept, `null` deletes it, any other value replaces it as a whole.
 * @returns `current` itself when nothing changes, and `patch` itself when it is all there is, so that callers compare by
 * identity. A new object has an own property for each key, `__proto__` too, though `checkAttributes` refuses it.
 */
export function mergeAttributes(current: Attributes, patch: Attributes): Attributes {
  if (isEmpty(current) && !isEmpty(patch) && !hasNull(patch)) return patch;
  const changed = Object.keys(patch).filter((key) => {
    const value = patch[key]!;
    if (!Object.hasOwn(current, key)) return value !== null;
    return value === null || !jsonEquals(current[key]!, value);
  });
  if (changed.length === 0) return current;
  const merged = { ...current };
  for (const key of changed) {
    const value = patch[key]!;
    if (value === null) delete merged[key];
    else if (key !== "__proto__") merged[key] = value;
    else Object.defineProperty(merged, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return merged;
}

function isEmpty(attributes: Attributes): boolean {
  for (const _ in attributes) return false;
  return true;
}

function hasNull(attributes: Attributes): boolean {
  for (const key in attributes) if (attributes[key] === null) return true;
  return false;
}

/** Whether two JSON values mean the same: the order of an object's keys does not count, that of an array does. */
export function jsonEquals(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((item, i) => jsonEquals(item, b[i]!));
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && jsonEquals(a[key]!, b[key]!))
  );
}

/** Array.isArray does not narrow a readonly array. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
