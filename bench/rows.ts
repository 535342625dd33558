import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";

/** The header of the benchmark's CSV: two thirds fields, one third attributes, as in exports of real systems. */
const header = "email,firstName,lastName,phone,tags,company,plan,country\n";

const firstNames = ["Ana", "Noah", "Mei", "Søren", "Fatima", "Ivan", "Zoë", "Jean-Luc", "Björk", "Łukasz"];
const lastNames = ["García", "Okafor", "Nakamura", "Petrov", "Smith", "Ferreira", "Kowalski", "van der Berg"];
const companies = ["Acme Inc.", "Empresa S.A.", "Nordlys AS", "L'Atelier", "Müller & Söhne GmbH"];
const plans = ["free", "pro", "enterprise"];
const countries = ["US", "DE", "ES", "FR", "JP", "BR"];

export type BenchRow = {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  phone: string;
  tag: string;
  company: string;
  plan: string;
  country: string;
};

/** The row with a number, always the same; emails come in no order, as in life. */
export function benchRow(n: number): BenchRow {
  const digest = createHash("md5").update(String(n)).digest("hex");
  const pick = <T>(from: readonly T[], at: number): T =>
    from[Number.parseInt(digest.slice(at, at + 2), 16) % from.length]!;
  const time = (0x019a00000000 + n).toString(16).padStart(12, "0");
  return {
    id: `${time.slice(0, 8)}-${time.slice(8)}-7${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`,
    email: `${digest.slice(18, 26)}.${n}@example${Number.parseInt(digest.slice(26, 28), 16) % 50}.com`,
    firstName: pick(firstNames, 0),
    lastName: pick(lastNames, 2),
    phone: `+34 600 ${String(n % 1_000_000).padStart(6, "0")}`,
    tag: pick(plans, 4),
    company: pick(companies, 6),
    plan: pick(plans, 8),
    country: pick(countries, 10),
  };
}

/** Writes the same rows twice: as the CSV that is imported, and as the text that COPY reads. */
export async function writeRows(
  rows: number,
  csvPath: string,
  copyPath: string,
  tenantId: string,
): Promise<void> {
  const csv = createWriteStream(csvPath);
  const copy = createWriteStream(copyPath);
  csv.write(header);
  for (let n = 0; n < rows; ) {
    let csvText = "";
    let copyText = "";
    for (const until = Math.min(rows, n + 5000); n < until; n++) {
      const r = benchRow(n);
      csvText += `${r.email},${r.firstName},${r.lastName},${r.phone},${r.tag},${r.company},${r.plan},${r.country}\n`;
      const attributes = JSON.stringify({ company: r.company, plan: r.plan, country: r.country });
      copyText += `${tenantId}\t${r.id}\t${r.email}\t\\N\t\\N\t${r.firstName}\t${r.lastName}\t${r.phone}\t\\N\t{${r.tag}}\t${attributes}\tactive\t\\N\t\\N\t1\t\\N\n`;
    }
    if (!csv.write(csvText)) await once(csv, "drain");
    if (!copy.write(copyText)) await once(copy, "drain");
  }
  await Promise.all([once(csv.end(), "finish"), once(copy.end(), "finish")]);
}

/** The columns of the COPY text, for the reference and for the product's own table alike. */
export const copyColumns =
  "tenant_id, id, email, external_id, name, first_name, last_name, phone, locale, tags, attributes, status, consent, source, version, created_job";
