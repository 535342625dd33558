import type { Contact } from "@roster/client/client.ts";
import { displayName } from "@roster/domain/contacts/contact.ts";
import type { ContactSort } from "@roster/domain/contacts/contact-sort.ts";
import type { Tier } from "@roster/domain/scores/score.ts";
import { contactNamed } from "../argument/named-contact.ts";
import { listFilter } from "../argument/named-list.ts";
import { segmentFilter } from "../argument/named-segment.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { minuteOf } from "../text/moment.ts";
import { moreLine } from "../text/more-line.ts";
import { count } from "../text/quantity.ts";
import { printable, textTable } from "../text/text-table.ts";

/** The flags by which `list` and `export` describe contacts. */
export type DescribingFlags = {
  status?: Contact["status"];
  search?: string;
  withTag?: string[];
  list?: string;
  segment?: string;
  tier?: Tier[];
  minScore?: number;
  updatedSince?: Date;
};

export type ListFlags = DescribingFlags & { sort?: ContactSort; limit: number; json?: boolean };

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Contacts, one a line. */
export async function listContacts(
  settings: Settings,
  { status, search, withTag, list, segment, tier, minScore, updatedSince, sort, limit, json }: ListFlags,
): Promise<void> {
  const { client } = connect(settings);
  const { contacts, total, totalIsEstimate, hasMore } = await client.contacts.list.query({
    limit,
    ...(await listFilter(client, list)),
    ...(await segmentFilter(client, segment)),
    ...(status && { status }),
    ...(search !== undefined && { search }),
    ...(withTag && { tags: withTag }),
    ...(tier && { tier }),
    ...(minScore !== undefined && { minScore }),
    ...(updatedSince && { updatedSince: updatedSince.toISOString() }),
    ...(sort && { sort }),
  });
  if (json) {
    for (const contact of contacts) print(JSON.stringify(contact));
    return;
  }
  if (contacts.length === 0) return print("There are no such contacts.");
  print(textTable([contactTableHead, ...contacts.map(contactRow)]));
  if (!hasMore) return;
  const all = total === null ? "more" : `${totalIsEstimate ? "more than " : ""}${count(total)}`;
  print(moreLine(limit, `${run} contacts export`, all));
}

/** The heads of `contactRow`. */
export const contactTableHead = ["email", "name", "status", "tags", "changed", "id"];

/** A contact as a row of a table. */
export function contactRow(contact: Contact): string[] {
  const { id, email, status, tags, updatedAt } = contact;
  const cells = [displayName(contact) ?? "–", tags.join(", ") || "–"].map((text) => printable(text, 32));
  return [printable(email, 48), cells[0]!, status, cells[1]!, minuteOf(updatedAt), id];
}

/** One contact with all that is known of it. */
export async function showContact(
  settings: Settings,
  named: string,
  { json }: { json?: boolean },
): Promise<void> {
  const contact = await contactNamed(connect(settings).client, named);
  if (json) return print(JSON.stringify(contact));
  const { attributes, tags, ...fields } = contact;
  const rows = Object.entries({ ...fields, tags: tags.join(", ") || null }).flatMap(([field, value]) =>
    value === null ? [] : [[`  ${field}`, printable(String(value), 200)]],
  );
  const custom = Object.entries(attributes).map(([key, value]) => [
    `  ${printable(key, 40)}`,
    printable(typeof value === "string" ? value : JSON.stringify(value), 200),
  ]);
  print(`${contact.email}\n${textTable(rows)}`);
  if (custom.length > 0) print(`\nattributes\n${textTable(custom)}`);
}
