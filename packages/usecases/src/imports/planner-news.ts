import { analyzeContactKeys, contactTotal } from "@roster/store/contacts/contact-counts.ts";
import type { Sql } from "@roster/store/open.ts";

const firstBorder = 1000;

/**
 * Keeps Postgres's idea of a tenant's size up to date while a file makes it grow. Autovacuum looks once a minute: until
 * then a tenant that was empty counts as empty, and reading all of it seems cheaper than looking up a list of keys. On the
 * way to a million contacts that made a batch take 9 s instead of 0.05.
 */
export class PlannerNews {
  readonly #sql: Sql;
  #total: number;
  #border: number;

  private constructor(sql: Sql, total: number) {
    this.#sql = sql;
    this.#total = total;
    this.#border = borderAbove(total);
  }

  static async open(sql: Sql, tenantId: string): Promise<PlannerNews> {
    return new PlannerNews(sql, await contactTotal(sql, tenantId));
  }

  /** Notes contacts that were made. */
  created(contacts: number): void {
    this.#total += contacts;
  }

  /** Tells Postgres whenever the tenant has grown tenfold. */
  async tell(): Promise<void> {
    if (this.#total < this.#border) return;
    this.#border = borderAbove(this.#total);
    await analyzeContactKeys(this.#sql);
  }
}

function borderAbove(total: number): number {
  let border = firstBorder;
  while (border <= total) border *= 10;
  return border;
}
