import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { Sql } from "@roster/store/open.ts";

/** A change, as endpoints and readers of the feed are told it. */
export type ContactChange =
  | { type: "contact.created" | "contact.updated" | "created" | "updated"; contact: ToldContact }
  | { type: "contact.deleted" | "deleted"; id: string }
  | { type: "import.completed" | "job.completed" };

type ToldContact = { id: string; email: string; status: string; firstName: string | null; tags: string[] };

/** The contacts of a tenant as somebody knows them who is only told of changes. */
export class ContactCopy {
  readonly #known = new Map<string, string>();

  apply(change: ContactChange): void {
    if ("contact" in change) this.#known.set(change.contact.id, textOf(change.contact));
    else if ("id" in change) this.#known.delete(change.id);
  }

  empty(): void {
    this.#known.clear();
  }

  /** How it differs from the table, in a sentence; null where it does not. */
  async difference(sql: Sql, tenantId: string): Promise<string | null> {
    const rows = await sql<ToldContact[]>`
      select id, email, status, first_name, tags from contacts where tenant_id = ${tenantId}`;
    const truth = new Map(rows.map((row) => [toHouseId(row.id), textOf(row)]));
    const wrong = [...truth].filter(([id, text]) => this.#known.get(id) !== text);
    const extra = [...this.#known.keys()].filter((id) => !truth.has(id));
    if (wrong.length === 0 && extra.length === 0) return null;
    const [example] = wrong;
    const such = example === undefined ? extra[0] : `${this.#known.get(example[0])}, not ${example[1]}`;
    return `${wrong.length} contacts are not known as they are and ${extra.length} are gone, such as ${such}`;
  }
}

function textOf({ email, status, firstName, tags }: ToldContact): string {
  return JSON.stringify([email, status, firstName, tags]);
}
