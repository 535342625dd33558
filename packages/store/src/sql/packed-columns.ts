import type postgres from "postgres";
import type { Db, Fragment } from "../open.ts";

/** How a column's values go: by which of Postgres' own send functions, and as what they are read. */
type Value = {
  uuid: string;
  int2: number;
  int4: number;
  float8: number;
  bool: boolean;
  /** Milliseconds since 1970. */
  time: number | null;
  date: Date | null;
};
type Kind = keyof Value;
type Kinds = Record<string, Kind>;

/** A row of packed columns, and how many values each of them has. */
export type Packed<Names extends Kinds> = { n: number } & Record<keyof Names, Uint8Array | null>;
export type Reader<Names extends Kinds> = { [Name in keyof Names]: (row: number) => Value[Names[Name]] };

/**
 * Selects, of many rows, one: their number as `n`, and each column's values one behind the other in Postgres' binary form, to be
 * read by `columnReader`. Row by row, postgres.js spends 0.3 µs on each value, and a time has to be parsed.
 * @param kinds by column, as it is called here: `firstSentAt` is first_sent_at
 */
export function packedColumns(sql: Db, kinds: Kinds): Fragment {
  return Object.entries(kinds)
    .map(([name, kind]) => {
      const column = sql(name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
      return sql`string_agg(${sent(sql, column, kind)}, '') as ${column}`;
    })
    .reduce((all, one) => sql`${all}, ${one}`, sql`count(*)::int4 as n`);
}

function sent(sql: Db, column: postgres.Helper<string>, kind: Kind): Fragment {
  switch (kind) {
    case "uuid":
      return sql`uuid_send(${column})`;
    case "int2":
      return sql`int2send(${column})`;
    case "int4":
      return sql`int4send(${column})`;
    case "float8":
      return sql`float8send(${column})`;
    case "bool":
      return sql`boolsend(${column})`;
    case "time":
    case "date":
      return sql`timestamptz_send(coalesce(${column}, '-infinity'))`;
  }
}

/** A function for each column, that gives the value of a row. */
export function columnReader<const Names extends Kinds>(packed: Packed<Names>, kinds: Names): Reader<Names> {
  const readers = Object.entries(kinds).map(([name, kind]) => [name, readerOf(packed[name] ?? none, kind)]);
  return Object.fromEntries(readers) as Reader<Names>;
}

const none = new Uint8Array();

function readerOf(column: Uint8Array, kind: Kind): (row: number) => Value[Kind] {
  const view = new DataView(column.buffer, column.byteOffset, column.byteLength);
  switch (kind) {
    case "uuid": {
      const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
      return (row) => uuidAt(bytes, row);
    }
    case "int2":
      return (row) => view.getInt16(row * 2);
    case "int4":
      return (row) => view.getInt32(row * 4);
    case "float8":
      return (row) => view.getFloat64(row * 8);
    case "bool":
      return (row) => column[row] === 1;
    case "time":
      return (row) => timeAt(view, row);
    case "date":
      return (row) => {
        const at = timeAt(view, row);
        return at === null ? null : new Date(at);
      };
  }
}

function uuidAt(column: Buffer, row: number): string {
  const hex = column.toString("hex", row * 16, row * 16 + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Postgres counts microseconds from the year 2000; `-infinity`, the smallest number, stands for no time. */
const postgresEpoch = Date.UTC(2000, 0, 1);

function timeAt(column: DataView, row: number): number | null {
  const high = column.getInt32(row * 8);
  if (high === -0x80000000) return null;
  return postgresEpoch + Math.floor((high * 2 ** 32 + column.getUint32(row * 8 + 4)) / 1000);
}
