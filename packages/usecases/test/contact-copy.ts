import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { feedSettled } from "@roster/store/testing.ts";
import { listContactChanges } from "../src/contacts/change-feed.ts";
import type { Deps } from "../src/deps.ts";

/** A copy of the contacts that somebody keeps by the feed of changes, and where they are in it. */
export class ContactCopy {
  /** By id what is known of the contact. */
  readonly contacts = new Map<string, string>();
  cursor: string | undefined;
  resets = 0;

  /** Applies all pages that there are. */
  async pull(deps: Deps, scope: TenantScope, limit: number): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const page = await listContactChanges(deps, scope, { cursor: this.cursor, limit });
      if (page.reset) {
        this.resets++;
        this.contacts.clear();
      }
      for (const change of page.changes) {
        if (change.type === "deleted") this.contacts.delete(change.id);
        else this.contacts.set(change.contact.id, JSON.stringify(change.contact));
      }
      ({ cursor: this.cursor, hasMore } = page);
    }
  }

  /** The same when everything that runs now has ended. */
  async pullToEnd(deps: Deps, scope: TenantScope, limit = 100): Promise<void> {
    await feedSettled(deps.sql);
    await this.pull(deps, scope, limit);
  }
}

/** The table as such a copy has it. */
export async function tableOf(deps: Deps, scope: TenantScope): Promise<Map<string, string>> {
  const whole = new ContactCopy();
  await whole.pullToEnd(deps, scope);
  const stored = await deps.sql<{ id: string; email: string; updatedAt: Date }[]>`
    select id, email, updated_at from contacts where tenant_id = ${scope.tenantId}`;
  // The feed from its beginning is the table: nobody more, nobody less, everybody as they are.
  if (whole.contacts.size !== stored.length) throw new Error("the feed and the table differ in number");
  for (const { id, email, updatedAt } of stored) {
    const fed = JSON.parse(whole.contacts.get(id) ?? "{}");
    if (fed.email !== email || fed.updatedAt !== updatedAt.toISOString()) {
      throw new Error(`the feed and the table differ in ${email}`);
    }
  }
  return whole.contacts;
}
