/** Numbers as Postgres' own send functions write them, one behind the other: `string_agg(int4send(n), '')`. */
export function columnView(column: Uint8Array | null): DataView {
  return column === null
    ? new DataView(new ArrayBuffer(0))
    : new DataView(column.buffer, column.byteOffset, column.byteLength);
}

/** Postgres counts microseconds from the year 2000. */
const postgresEpoch = Date.UTC(2000, 0, 1);

/** A time in milliseconds since 1970; null for `-infinity`, the smallest number, which stands for no time. */
export function timeAt(column: DataView, row: number): number | null {
  const high = column.getInt32(row * 8);
  if (high === -0x80000000) return null;
  return postgresEpoch + Math.floor((high * 2 ** 32 + column.getUint32(row * 8 + 4)) / 1000);
}

/** The same as a date. */
export function dateAt(column: DataView, row: number): Date | null {
  const at = timeAt(column, row);
  return at === null ? null : new Date(at);
}

/** The id in a column of those, `string_agg(uuid_send(id), '')`. */
export function uuidAt(column: Buffer, row: number): string {
  const hex = column.toString("hex", row * 16, row * 16 + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
