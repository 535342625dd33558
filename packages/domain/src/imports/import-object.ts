import { type Attributes, checkAttributes, type Json, namedFields } from "../contacts/attributes.ts";
import type { ContactInput, TextField } from "../contacts/contact.ts";
import { splitTagCell } from "../contacts/tag.ts";
import { parseEmail } from "../email/email.ts";
import { suppressionTarget } from "../suppressions/suppression-columns.ts";
import { type ColumnChoice, columnChoice } from "./column-choice.ts";
import { type ColumnTarget, mapColumns } from "./import-columns.ts";
import type { ImportPolicy } from "./import-policy.ts";
import { type RowResult, readStatusWord, statusInvalid, textProblem } from "./import-row.ts";
import { type RowProblem, rowProblem } from "./row-problem.ts";

/** Objects under these keys hold attributes, one by one; each is what some dialect calls them. */
const attributeHolders = new Set(["metadata", "customfields", "custom_fields", "attributes", "data"]);

/** Most shapes of objects that are remembered, and most characters of one: ever new keys must not fill the memory. */
const known = { shapes: 1000, characters: 4096 } as const;

/**
 * Reads the objects of one NDJSON or JSON file. The keys of an object are read as the header of a file is, so that the
 * same rules hold for both; what they mean is remembered, since a file repeats its shapes.
 */
export class ObjectReader {
  readonly #mapping: ReadonlyMap<string, string>;
  readonly #tags: readonly string[];
  readonly #suppressions: boolean;
  readonly #targets = new Map<string, ColumnTarget[] | RowProblem>();

  /**
   * @param mapping key → field, attribute name or `ignore`; wins over the known synonyms
   * @param tags given to every row of the file, in front of the row's own
   * @param of what the objects are: of suppressions only the address and the status are read
   */
  constructor(
    mapping: Readonly<Record<string, string>>,
    tags: readonly string[],
    of: Exclude<ImportPolicy["target"], "events"> = "contacts",
  ) {
    this.#mapping = new Map(Object.entries(mapping).map(([key, to]) => [key.trim(), to]));
    this.#tags = tags;
    this.#suppressions = of === "suppressions";
  }

  /** One object as a contact: `null` clears a field, other keys become attributes with their JSON value. */
  read(record: Readonly<Record<string, unknown>>): RowResult {
    const keys = Object.keys(record);
    const targets = this.#targetsOf(keys);
    if ("code" in targets) return { ok: false, problem: targets };

    const input: ContactInput = {};
    const attributes = bare();
    const nested = new Map<string, unknown>();
    let subscribed: boolean | undefined;
    const readValue = (key: string, value: unknown, target: ColumnTarget): RowProblem | null => {
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
          else
            for (const [name, inner] of Object.entries(value)) {
              if (namedFields.has(name)) nested.set(name, inner);
              else attributes[name] = inner;
            }
          return null;
        case "attribute":
          attributes[target.key] = value as Json;
          return null;
      }
    };
    for (const [i, key] of keys.entries()) {
      const value = record[key];
      const problem = value === undefined ? null : readValue(key, value, targets[i]!);
      if (problem !== null) return { ok: false, problem };
    }
    for (const [name, value] of nested) {
      const problem = readNested(name as NamedField, value, input);
      if (problem !== null) return { ok: false, problem };
    }

    if (input.status === undefined && subscribed !== undefined) input.status = subscribed;
    if (this.#tags.length > 0 && input.tags !== null) input.tags = [...this.#tags, ...(input.tags ?? [])];
    if (Object.keys(attributes).length > 0) {
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

  /** What keys fill in an object that has them all, and why; without those that no object may have. */
  describe(keys: readonly string[]): { key: string; target: ColumnTarget; choice: ColumnChoice }[] {
    const usable = keys.filter((key) => this.#columnsOf([key]).ok);
    const { columns, choices } = this.#columnsOf(usable);
    return usable.map((key, i) => ({ key, ...this.#narrowed(key, columns[i]!, choices[i]!) }));
  }

  #targetsOf(keys: readonly string[]): ColumnTarget[] | RowProblem {
    // Two lists of one text both have a NUL in some key, and are refused for it.
    const shape = `${keys.length}\0${keys.join("\0")}`;
    let targets = this.#targets.get(shape);
    if (targets === undefined) {
      targets = this.#decideTargets(keys);
      if (this.#targets.size < known.shapes && shape.length <= known.characters)
        this.#targets.set(shape, targets);
    }
    return targets;
  }

  #decideTargets(keys: readonly string[]): ColumnTarget[] | RowProblem {
    const columns = this.#columnsOf(keys);
    if (columns.ok) {
      return keys.map((key, i) => this.#narrowed(key, columns.columns[i]!, columns.choices[i]!).target);
    }
    const culprit = keys.find((key) => !this.#columnsOf([key]).ok) ?? null;
    return rowProblem("attributes_invalid", culprit, null, columns.problem.message);
  }

  /** What a key fills, beyond what a column of its name would. */
  #narrowed(
    key: string,
    column: ColumnTarget,
    reason: ColumnChoice,
  ): { target: ColumnTarget; choice: ColumnChoice } {
    const holder = this.#holdsAttributes(key);
    const target: ColumnTarget = holder ? { kind: "attributes" } : column;
    const choice = holder ? columnChoice.holder(key) : reason;
    return this.#suppressions ? suppressionTarget(target, choice) : { target, choice };
  }

  #holdsAttributes(key: string): boolean {
    return !this.#mapping.has(key.trim()) && attributeHolders.has(key.trim().toLowerCase());
  }

  #columnsOf(keys: readonly string[]) {
    const headers = keys.map((key) => key.trim());
    const mapping = headers.flatMap((key) =>
      this.#mapping.has(key) ? [[key, this.#mapping.get(key)!]] : [],
    );
    // An email column behind them: an object without one is judged by itself, as a row is.
    return mapColumns([...headers, "email"], Object.fromEntries(mapping) as Record<string, string>);
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

type NamedField = "firstName" | "lastName" | "phone" | "locale" | "tags";

/** One of the five named fields among the attributes: it sets the field, unless the object itself has it. */
function readNested(field: NamedField, value: unknown, input: ContactInput): RowProblem | null {
  if (input[field] !== undefined) return null;
  return field === "tags" ? readTags(value, input) : readText(field, value, input);
}

function readEmail(value: unknown, input: ContactInput): RowProblem | null {
  if (typeof value !== "string") return wrongType("email", value, "a text");
  if (value.trim() === "") return null;
  const email = parseEmail(value);
  if (!email.ok) return rowProblem("email_invalid", "email", value, email.message);
  input.email = email.email;
  return null;
}

function readText(field: TextField, value: unknown, input: ContactInput) {
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
