import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { count } from "../text/quantity.ts";
import { printable, textTable } from "../text/text-table.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** How many contacts have each locale, the most frequent first, and how many of them may be mailed. */
export async function showLocales(settings: Settings, { json }: { json?: boolean }): Promise<void> {
  const coverage = await connect(settings).client.contacts.localeCoverage.query();
  if (json) return print(JSON.stringify(coverage));
  const { locales, complete } = coverage;
  if (locales.length === 0) return print("There are no contacts.");
  const rows = locales.map(({ locale, count: n, optedIn }) => {
    return [locale === null ? "(none)" : printable(locale), count(n), count(optedIn)];
  });
  print(textTable([["locale", "contacts", "active"], ...rows], [1, 2]));
  if (!complete) print(partly("locales"));
}

/** How many contacts have each field, the custom ones last, and which types their values have. */
export async function showFields(settings: Settings, { json }: { json?: boolean }): Promise<void> {
  const coverage = await connect(settings).client.contacts.fields.query();
  if (json) return print(JSON.stringify(coverage));
  const { fields, contacts, complete } = coverage;
  const rows = fields.map(({ name, type, types, contacts: n }) => {
    const mixed = types.map((one) => `${one.type} ${count(one.contacts)}`).join(", ");
    return [printable(name), count(n), percent(n, contacts), type === "mixed" ? mixed : type];
  });
  print(textTable([["field", "contacts", "", "type"], ...rows], [1, 2]));
  print(`Of ${count(contacts)} ${contacts === 1 ? "contact" : "contacts"}.`);
  if (!complete) print(partly("custom fields with their types"));
}

/** Whole percents; what is there at all, or not everywhere, shows so. */
function percent(n: number, of: number): string {
  if (n > 0 && n * 100 < of) return "< 1 %";
  if (n < of && n * 100 > of * 99) return "> 99 %";
  return `${of === 0 ? 0 : Math.round((n / of) * 100)} %`;
}

const partly = (what: string) =>
  `There are more than 10,000 ${what}: those that came first are counted, and from the next night on the most frequent.`;
