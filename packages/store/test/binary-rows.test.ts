import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore, type Sql } from "../src/open.ts";
import { BinaryRows } from "../src/sql/binary-rows.ts";
import { copyIn } from "../src/sql/copy-in.ts";
import { createTestDatabase } from "../src/testing.ts";

let sql: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  sql = openStore(database.url, { max: 1 });
  drop = database.drop;
  await sql`
    create table things (n int4 not null, id uuid, label text, tags text[] not null, extra jsonb not null, status contact_status,
      yes bool, small int2, real float8, at timestamptz, times timestamptz[])`;
});
afterAll(async () => {
  await sql?.end();
  await drop?.();
});

const text = fc.string({ unit: "binary", maxLength: 80 }).map((s) => s.replaceAll("\0", "").toWellFormed());
const time = fc.date({ min: new Date("2000-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });
const thing = fc.record({
  n: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  id: fc.option(fc.uuid()),
  label: fc.option(text),
  tags: fc.array(text, { maxLength: 4 }),
  extra: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 3 }),
  status: fc.option(fc.constantFrom("active", "complained")),
  yes: fc.boolean(),
  small: fc.option(fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })),
  real: fc.double(),
  at: fc.option(time),
  times: fc.array(time, { maxLength: 3 }),
});

test("rows written in COPY's binary format are read back as they were, whatever characters they hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(thing, { maxLength: 30 }), async (things) => {
      await sql`truncate things`;
      await copyIn(
        sql`copy things (n, id, label, tags, extra, status, yes, small, real, at, times) from stdin (format binary)`,
        encode(things),
      );
      expect((await sql`select * from things`).map((row) => ({ ...row }))).toEqual(things);
    }),
    { numRuns: 60 },
  );
});

test("rows beyond the size of a chunk go out in several", async () => {
  const things = Array.from({ length: 5000 }, (_, n) => ({
    n,
    id: null,
    label: "é".repeat(90),
    tags: [],
    extra: {},
    status: null,
    yes: true,
    small: null,
    real: 0,
    at: null,
    times: [],
  }));
  expect([...encode(things)].length).toBeGreaterThan(5);
  await sql`truncate things`;
  await copyIn(
    sql`copy things (n, id, label, tags, extra, status, yes, small, real, at, times) from stdin (format binary)`,
    encode(things),
  );
  const [row] = await sql`select count(*) as n, min(length(label)) as short from things`;
  expect({ ...row }).toEqual({ n: 5000, short: 90 });
});

type Thing = {
  n: number;
  id: string | null;
  label: string | null;
  tags: string[];
  extra: object;
  status: string | null;
  yes: boolean;
  small: number | null;
  real: number;
  at: Date | null;
  times: Date[];
};

function* encode(things: readonly Thing[]): Generator<Buffer> {
  const rows = new BinaryRows(11);
  for (const { n, id, label, tags, extra, status, yes, small, real, at, times } of things) {
    rows.begin();
    rows.int4(n);
    rows.uuid(id);
    rows.text(label);
    rows.textArray(tags);
    rows.jsonb(extra);
    rows.text(status);
    rows.bool(yes);
    rows.int2(small);
    rows.float8(real);
    rows.time(at);
    rows.timeArray(times);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}
