import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exportContactsCsv, exportContactsNdjson } from "../src/contacts/contact-export.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

const contacts = 30_000;
/** What 64 kB of such short lines come to, two pages of 1,000, and what was read before the deletion. */
const readAhead = 10_000;

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());
beforeEach(async () => {
  await world.deps.sql`delete from contacts`;
  await world.deps.sql`
    insert into contacts (tenant_id, id, email, status)
    select ${world.scope.tenantId}, lpad(to_hex(n), 32, '0')::uuid, 'c' || n || '@x.co', 'active'
    from generate_series(1, ${contacts}::int) n`;
});

const columns = [{ header: "email", cell: ({ email }: { email: string }) => email }];
const formats = {
  csv: () => exportContactsCsv(world.deps, world.scope, {}, columns),
  ndjson: () => exportContactsNdjson(world.deps, world.scope, {}, ({ email }) => ({ email })),
};
const emailsOf = (text: string) => text.match(/c\d+@x\.co/g) ?? [];

test.each(["csv", "ndjson"] as const)(
  "an export as %s is read from the database no faster than its reader takes it",
  async (format) => {
    const pieces = formats[format]()[Symbol.asyncIterator]();
    let text = "";
    while (emailsOf(text).length === 0) text += (await pieces.next()).value;
    // Time in which a hasty one would read everything.
    await pause(300);
    await world.deps.sql`delete from contacts`;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) text += next.value;
    const emails = emailsOf(text);
    expect(emails.length).toBeLessThan(readAhead);
    expect(emails.slice(0, 2)).toEqual([`c${contacts}@x.co`, `c${contacts - 1}@x.co`]);
  },
);
