import type { EventColumns } from "@roster/domain/events/event-columns.ts";
import type { EventField } from "@roster/domain/events/event-input.ts";
import { type ColumnChoice, columnChoice } from "@roster/domain/imports/column-choice.ts";
import type { ColumnsResult, ColumnTarget } from "@roster/domain/imports/import-columns.ts";
import { ObjectReader } from "@roster/domain/imports/import-object.ts";
import type { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import type { EventRowReader } from "../events/import-event-rows.ts";
import type { FileRecord } from "./source/record.ts";
import type { SourceShape } from "./source/shape.ts";

/** One column of a file, or one key of its objects, and what it fills: a field, an attribute, or nothing. */
export type PreviewColumn = ColumnChoice & {
  header: string;
  /** A field of the contact; `attributes` for a key whose object holds attributes. */
  field: string | null;
  /** The name of an attribute. */
  attribute: string | null;
  ignored: boolean;
  /** The first values that are there, at most five, each cut to 100 characters. */
  samples: string[];
};

const most = { samples: 5, characters: 100, keys: 1000 } as const;

/** The columns of a CSV in the order of the file, or the keys of objects in the order in which they first appear. */
export function previewColumns(
  shape: SourceShape,
  mapped: ColumnsResult,
  records: readonly FileRecord[],
  policy: ImportPolicy,
): PreviewColumn[] {
  if (shape.headers !== null) {
    return mapped.columns.map((column, i) => ({
      header: shape.headers![i]!,
      ...filled(column),
      ...mapped.choices[i]!,
      samples: samplesOf(records, (record) => record.cells?.[i]),
    }));
  }
  const { mapping, target } = policy;
  const reader = new ObjectReader(mapping, [], target === "suppressions" ? target : "contacts");
  const keys = new Map<string, Omit<PreviewColumn, "header" | "samples">>();
  for (const { value } of records) {
    const own = Object.keys(value ?? {});
    if (keys.size >= most.keys || own.every((key) => keys.has(key))) continue;
    // What a key means depends on the keys beside it, so it is shown as its first object has it.
    for (const { key, target, choice } of reader.describe(own)) {
      if (!keys.has(key) && keys.size < most.keys) keys.set(key, { ...filled(target), ...choice });
    }
  }
  return [...keys].map(([header, described]) => ({
    header,
    ...described,
    samples: samplesOf(records, (record) => textOf(record.value?.[header])),
  }));
}

/** The same of a file of events. */
export function previewEventColumns(
  shape: SourceShape,
  { columns, choices }: EventColumns,
  records: readonly FileRecord[],
  reader: EventRowReader,
): PreviewColumn[] {
  const column = (header: string, field: EventField | null, choice: ColumnChoice) => ({
    header,
    field,
    attribute: null,
    ignored: field === null,
    ...choice,
  });
  if (shape.headers !== null) {
    return columns.map((field, i) => ({
      ...column(shape.headers![i]!, field, choices[i]!),
      samples: samplesOf(records, (record) => record.cells?.[i]),
    }));
  }
  const keys = new Set(records.flatMap(({ value }) => Object.keys(value ?? {})).slice(0, most.keys));
  return [...keys].map((key) => {
    const field = reader.fieldOf(key);
    const choice = field === null ? columnChoice.notEvent() : columnChoice.header(key, field);
    return {
      ...column(key, field, choice),
      samples: samplesOf(records, (record) => textOf(record.value?.[key])),
    };
  });
}

function filled(target: ColumnTarget): Pick<PreviewColumn, "field" | "attribute" | "ignored"> {
  const nothing = { field: null, attribute: null, ignored: false };
  switch (target.kind) {
    case "attribute":
      return { ...nothing, attribute: target.key };
    case "ignore":
      return { ...nothing, ignored: true };
    case "text":
      return { ...nothing, field: target.field };
    default:
      return { ...nothing, field: target.kind };
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function samplesOf(
  records: readonly FileRecord[],
  read: (record: FileRecord) => string | undefined,
): string[] {
  const samples: string[] = [];
  for (const record of records) {
    if (samples.length >= most.samples) break;
    const value = read(record)?.trim() ?? "";
    if (value !== "") samples.push(value.slice(0, most.characters));
  }
  return samples;
}
