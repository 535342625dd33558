import { join } from "node:path";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { bulkWrite } from "@roster/domain/contacts/write-policy.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { upsertContacts } from "@roster/usecases/contacts/contact-upserts.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { writeContactFile } from "./contact-file.ts";
import type { ContactFile } from "./import-job.ts";
import { presentContacts } from "./present-contacts.ts";
import { benchRow } from "./rows.ts";
import { type Findings, median, percentile, round2 } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/** Contacts in one request: the bulk of REST, and the largest import in JSON. */
const sizes = [1000, 10_000] as const;
/** Until plans are cached and code is compiled. */
const warmUps = 2;

/**
 * How long one upsert of many contacts takes with many present: half of them new, half changed ones from all over the
 * table. Without HTTP: the use case alone, in this process.
 */
export async function benchUpserts(
  bench: Workbench,
  { present, rounds }: { present: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  if (present < Math.max(...sizes) / 2)
    throw new Error(`At least ${Math.max(...sizes) / 2} contacts must be present.`);
  const { key } = await roster.newTenant("bench-upserts");
  const file: ContactFile = { path: join(dir, "present.csv"), format: "csv" };
  say(`importing ${present} contacts`);
  await writeContactFile(file.path, "csv", { rows: present });
  const client = { url: roster.url, key };
  await presentContacts(bench, client, file, present);

  const times = new Map<number, number[]>(sizes.map((size) => [size, []]));
  const scope = await authenticate(roster.deps, key);
  let next = present;
  let edition = 0;
  for (let round = 1; round <= warmUps + rounds; round++) {
    for (const size of sizes) {
      const ms = await timedUpsert(roster.deps, scope, halfNew(size, present, next, ++edition));
      next += size / 2;
      if (round > warmUps) times.get(size)!.push(ms);
    }
  }
  await emptyTables(sql);

  const upserts = sizes.map((contacts) => ({
    contacts,
    medianMs: round2(median(times.get(contacts)!)),
    p95Ms: round2(percentile(times.get(contacts)!, 0.95)),
    worstMs: round2(Math.max(...times.get(contacts)!)),
  }));
  return {
    json: { present, rounds, upserts },
    tables: [
      [
        [`upsert with ${present.toLocaleString("en")} present`, "median, ms", "p95, ms", "worst, ms"],
        ...upserts.map(({ contacts, medianMs, p95Ms, worstMs }) => [
          `${contacts.toLocaleString("en")} contacts`,
          medianMs,
          p95Ms,
          worstMs,
        ]),
      ],
    ],
  };
}

/**
 * @param next the number of the first new contact
 * @param edition what the present ones are changed to: another one each time, so that they do change
 */
function halfNew(size: number, present: number, next: number, edition: number): ContactInput[] {
  const half = size / 2;
  const stride = Math.floor(present / half);
  return Array.from({ length: half }, (_, i) => [
    contact((i * stride + edition) % present, edition),
    contact(next + i, 0),
  ]).flat();
}

function contact(n: number, edition: number): ContactInput {
  const { email, firstName, lastName, phone, tag, company, plan, country } = benchRow(n, edition);
  return { email, firstName, lastName, phone, tags: [tag], attributes: { company, plan, country } };
}

async function timedUpsert(deps: Deps, scope: TenantScope, contacts: ContactInput[]): Promise<number> {
  const started = performance.now();
  const { report } = await upsertContacts(deps, scope, { contacts, policy: bulkWrite });
  const ms = performance.now() - started;
  const { created, updated } = report.counters;
  if (created !== contacts.length / 2 || updated !== contacts.length / 2)
    throw new Error(`${created} contacts were created and ${updated} changed, of ${contacts.length}.`);
  return ms;
}
