import { type Attributes, checkAttributes, type Json } from "./attributes.ts";
import type { ContactInput } from "./contact.ts";
import { parseEmail } from "./email.ts";
import { type ColumnTarget, mapColumns } from "./import-columns.ts";
import { type RowResult, readStatusWord, statusInvalid, textProblem } from "./import-row.ts";
import { rowProblem, type RowProblem } from "./row-problem.ts";
import { splitTagCell } from "./tag.ts";

/** Objects under these keys hold attributes, one by one; each is what some dialect calls them. */
const attributeHolders = new Set(["metadata", "customfields", "attributes", "data"]);

type KeyTarget = ColumnTarget | { kind: "attributes" };

/** Reads the objects of one NDJSON or JSON file; remembers what each key means, since a file repeats its keys. */
export class ObjectReader {
  readonly #mapping: Readonly<Record<string, string>>;
  readonly #tags: readonly string[];
  readonly #targets = new Map<string, KeyTarget | RowProblem>();

  /**
   * @param mapping key → field, attribute name or `ignore`; wins over the known synonyms
   * @param tags given to every row of the file, in front of the row's own
   */
  constructor(mapping: Readonly<Record<string, string>>, tags: readonly string[]) {
    this.#mapping = mapping;
    this.#tags = tags;
  }

  /** One object as a contact: `null` clears a field, other keys become attributes with their JSON value. */
  read(record: Readonly<Record<string, unknown>>): RowResult {
    const input: ContactInput = {};
    let attributes: Attributes | undefined;
    let subscribed: boolean | undefined;

    for (const key of Object.keys(record)) {
      const value = record[key];
      if (value === undefined) continue;
      const target = this.#target(key);
      if ("code" in target) return { ok: false, problem: target };
      const problem = ((): RowProblem | null => {
        switch (target.kind) {
          case "ignore":
            return null;
          case "email":
            return readEmail(value, input);
          case "text":
            return readText(target.field, value, input);
          case "tags":
            return readTags(value, input);
          case "status":
            return readStatus(value, input);
          case "subscribed":
            if (typeof value === "boolean") subscribed = value;
            else if (value !== null) return wrongType("subscribed", value, "true or false");
            return null;
          case "attributes":
            if (value === null) input.attributes = null;
            else if (!isObject(value)) return wrongType(key, value, "an object");
            else attributes = Object.assign(attributes ?? bare(), value);
            return null;
          case "attribute":
            attributes ??= bare();
            attributes[target.key] = value as Json;
            return null;
        }
      })();
      if (problem !== null) return { ok: false, problem };
    }

    if (input.status === undefined && subscribed !== undefined) input.status = subscribed;
    if (this.#tags.length > 0 && input.tags !== null) input.tags = [...this.#tags, ...(input.tags ?? [])];
    if (attributes !== undefined) {
      const problem = checkAttributes(attributes);
      if (problem !== null) {
        return { ok: false, problem: rowProblem("attributes_invalid", problem.key, null, problem.message) };
      }
      input.attributes = attributes;
    }
    if (input.email === undefined && (input.externalId ?? null) === null) {
      const message = "The email is missing. Give each contact an email.";
      return { ok: false, problem: rowProblem("email_missing", "email", null, message) };
    }
    return { ok: true, input };
  }

  #target(key: string): KeyTarget | RowProblem {
    let target = this.#targets.get(key);
    if (target === undefined) {
      target = this.#decideTarget(key);
      // A file of objects with ever new keys must not fill the memory.
      if (this.#targets.size < 10_000) this.#targets.set(key, target);
    }
    return target;
  }

  #decideTarget(key: string): KeyTarget | RowProblem {
    const to = this.#mapping[key];
    if (to === undefined && attributeHolders.has(key.toLowerCase())) return { kind: "attributes" };
    // An email column beside it, so that only this key is judged; a key maps like a header.
    const alone = mapColumns([key, "email"], to === undefined ? {} : { [key]: to });
    if (alone.ok) return alone.columns[0]!;
    return rowProblem("attributes_invalid", key.slice(0, 128), null, alone.problem.message);
  }
}

/** An object without prototype, so that no key of a customer can reach one. */
function bare(): Attributes {
  return Object.create(null) as Attributes;
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrongType(field: string, value: unknown, expected: string): RowProblem {
  return rowProblem("wrong_type", field, value, `${field} must be ${expected}.`);
}

function readEmail(value: unknown, input: ContactInput): RowProblem | null {
  if (typeof value !== "string") return wrongType("email", value, "a text");
  if (value.trim() === "") return null;
  const email = parseEmail(value);
  if (!email.ok) return rowProblem("email_invalid", "email", value, email.message);
  input.email = email.email;
  return null;
}

function readText(field: Extract<ColumnTarget, { kind: "text" }>["field"], value: unknown, input: ContactInput) {
  if (value === null) {
    input[field] = null;
    return null;
  }
  if (typeof value !== "string") return wrongType(field, value, "a text, or null to clear it");
  const text = value.trim();
  if (field === "externalId" && text === "") return null;
  const problem = textProblem(field, text);
  if (problem === null) input[field] = text;
  return problem;
}

function readTags(value: unknown, input: ContactInput): RowProblem | null {
  if (value === null) input.tags = null;
  else if (typeof value === "string") input.tags = splitTagCell(value);
  else if (Array.isArray(value) && value.every((tag) => typeof tag === "string")) input.tags = value;
  else return wrongType("tags", value, "a list of texts");
  return null;
}

function readStatus(value: unknown, input: ContactInput): RowProblem | null {
  if (value === null || value === "") return null;
  const status = typeof value === "string" ? readStatusWord(value) : null;
  if (status === null) return statusInvalid(value);
  input.status = status;
  return null;
}
