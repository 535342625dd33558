import { join } from "node:path";
import { writeContactFile } from "./contact-file.ts";
import { writeEventFile } from "./event-file.ts";
import type { ContactFile } from "./import-job.ts";
import { type ImportCost, measureImport } from "./measured-import.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables, settleContacts } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

type Round = { contacts: ImportCost; sent: ImportCost; opened: ImportCost; again: ImportCost };

/**
 * Files of events against an import of as many new contacts, in rounds, medians: the first event of each contact (a campaign
 * that is sent to everybody), the second (everybody opens it), and the same file again.
 */
export async function benchEvents(
  bench: Workbench,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key } = await roster.newTenant("bench-events");
  const client = { url: roster.url, key };
  const contacts: ContactFile = { path: join(dir, "people.csv"), format: "csv" };
  const events = (name: string) =>
    ({ path: join(dir, `${name}.ndjson`), format: "ndjson", target: "events" }) satisfies ContactFile;
  const day = 86_400_000;
  say(`writing ${rows} rows`);
  await writeContactFile(contacts.path, "csv", { rows });
  const campaignId = "spring";
  await writeEventFile(events("sent").path, rows, {
    type: "sent",
    campaignId,
    at: new Date(Date.now() - 2 * day),
  });
  await writeEventFile(events("opened").path, rows, {
    type: "opened",
    campaignId,
    at: new Date(Date.now() - day),
  });

  const done: Round[] = [];
  for (let n = 1; n <= rounds; n++) {
    const told = (what: string, { seconds }: ImportCost) =>
      say(`round ${n}: ${what} ${Math.round(rows / seconds)} rows/s`);
    await emptyTables(sql);
    const people = await measureImport(bench, client, contacts, { created: rows });
    told("import of contacts", people);
    await settleContacts(sql);
    const sent = await measureImport(bench, client, events("sent"), { created: rows });
    told("first events", sent);
    await sql`vacuum (analyze) engagement, campaign_sends, events, event_ids`;
    const opened = await measureImport(bench, client, events("opened"), { created: rows });
    told("second events", opened);
    const again = await measureImport(bench, client, events("opened"), { duplicate: rows });
    told("the same file again", again);
    done.push({ contacts: people, sent, opened, again });
  }
  return findings(rows, done);
}

function findings(rows: number, done: readonly Round[]): Findings {
  const base = median(done.map(({ contacts }) => contacts.seconds));
  const figures = (pick: (round: Round) => ImportCost) => {
    const mid = (of: (cost: ImportCost) => number) => median(done.map((round) => of(pick(round))));
    const seconds = mid((cost) => cost.seconds);
    return {
      rowsPerSecond: Math.round(rows / seconds),
      ratioToImport: round2(base / seconds),
      workerSeconds: round2(mid(({ cpu }) => cpu.worker)),
      postgresSeconds: round2(mid(({ cpu }) => cpu.postgres)),
      walMegabytes: round2(mid(({ walBytes }) => walBytes) / 1e6),
    };
  };
  const json = {
    rows,
    contacts: figures(({ contacts }) => contacts),
    firstEvents: figures(({ sent }) => sent),
    secondEvents: figures(({ opened }) => opened),
    again: figures(({ again }) => again),
    rounds: done.length,
  };
  const line = (what: string, of: typeof json.contacts) => [
    what,
    of.rowsPerSecond,
    of.ratioToImport,
    of.workerSeconds,
    of.postgresSeconds,
    of.walMegabytes,
  ];
  return {
    json,
    tables: [
      [
        ["what", "rows/s", "it ÷ import", "CPU of the worker, s", "CPU of Postgres, s", "WAL, MB"],
        line("import of new contacts", json.contacts),
        line("the first event of each contact", json.firstEvents),
        line("the second", json.secondEvents),
        line("the same file again", json.again),
      ],
    ],
  };
}
