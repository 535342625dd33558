import { createHash } from "node:crypto";

const firstNames = ["Ana", "Noah", "Mei", "Søren", "Fatima", "Ivan", "Zoë", "Jean-Luc", "Björk", "Łukasz"];
const lastNames = ["García", "Okafor", "Nakamura", "Petrov", "Smith", "Ferreira", "Kowalski", "van der Berg"];
const companies = ["Acme Inc.", "Empresa S.A.", "Nordlys AS", "L'Atelier", "Müller & Söhne GmbH"];
const plans = ["free", "pro", "enterprise"];
const countries = ["US", "DE", "ES", "FR", "JP", "BR"];

/** Two thirds fields, one third attributes, as in exports of real systems. */
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

/**
 * The row with a number, always the same; emails come in no order, as in life.
 * @param edition in each edition every contact has another phone number, and is otherwise the same
 */
export function benchRow(n: number, edition = 0): BenchRow {
  const digest = createHash("md5").update(String(n)).digest("hex");
  const pick = <T>(from: readonly T[], at: number): T =>
    from[Number.parseInt(digest.slice(at, at + 2), 16) % from.length]!;
  const time = (0x019a00000000 + n).toString(16).padStart(12, "0");
  return {
    id: `${time.slice(0, 8)}-${time.slice(8)}-7${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`,
    email: `${digest.slice(18, 26)}.${n}@example${Number.parseInt(digest.slice(26, 28), 16) % 50}.com`,
    firstName: pick(firstNames, 0),
    lastName: pick(lastNames, 2),
    phone: `+34 ${600 + edition} ${String(n % 1_000_000).padStart(6, "0")}`,
    tag: pick(plans, 4),
    company: pick(companies, 6),
    plan: pick(plans, 8),
    country: pick(countries, 10),
  };
}
