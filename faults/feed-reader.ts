import { pause } from "./clock.ts";
import { type ContactChange, ContactCopy } from "./contact-copy.ts";
import { ask } from "./house-client.ts";
import type { Tenant } from "./installation.ts";

/** A program that reads the changes page by page and keeps a copy by them. */
export class FeedReader {
  readonly copy = new ContactCopy();
  readonly problems: string[] = [];
  pages = 0;
  readonly #url: string;
  readonly #tenant: Tenant;
  #cursor = "";

  constructor(url: string, tenant: Tenant) {
    this.#url = url;
    this.#tenant = tenant;
  }

  /** Reads a page. @returns whether there is more */
  async read(): Promise<boolean> {
    const path = `/v1/contacts/changes?limit=200${this.#cursor}`;
    const { status, body } = await ask(this.#url, this.#tenant, { method: "GET", path });
    if (status !== 200) {
      if (status < 500) this.problems.push(`the changes were answered ${status}: ${body}`);
      return false;
    }
    const page = JSON.parse(body) as {
      data: ContactChange[];
      cursor: string;
      hasMore: boolean;
      reset: boolean;
    };
    if (page.reset && this.pages > 0) this.problems.push("the way began anew");
    if (page.reset) this.copy.empty();
    for (const change of page.data) this.copy.apply(change);
    this.#cursor = `&cursor=${page.cursor}`;
    this.pages++;
    return page.hasMore;
  }

  async follow(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const more = await this.read().catch(() => false);
      if (!more) await pause(20);
    }
  }
}
