import type { ContactBook } from "../contacts/contact-book.ts";
import { nextStatus, type Status, strictest } from "../contacts/status.ts";
import type { StatusChange } from "../contacts/upsert.ts";
import { bulkWrite } from "../contacts/write-policy.ts";
import type { CountedOutcome } from "../imports/import-report.ts";
import type { SuppressionInput } from "./suppression-row.ts";

/** How a contact goes. `merged`: into another one, who may have another address. */
export type Gone = "deleted" | "erased" | "merged";

/**
 * The status that an address keeps when its contact goes. Who could not be mailed stays so; who is erased asked to be left
 * alone, and an import that still has the address must not undo that.
 * @returns null where nothing is kept
 */
export function statusLeftBehind(status: Status, gone: Gone): Status | null {
  if (gone === "erased") return strictest(status, "unsubscribed");
  return status === "active" ? null : status;
}

/** What addresses to suppress are applied to: a working copy of what is stored about them. */
export type SuppressionContext = {
  /** The contacts that have one of the addresses. */
  book: ContactBook;
  /** The status of each address that has an entry; kept up to date. */
  entries: Map<string, Status>;
  /** Addresses that earlier rows of the file named. */
  seen: { has(email: string): boolean; add(email: string): void };
};

/** What the rows leave behind beside the contacts. */
export type SuppressionEffects = {
  statusChanges: StatusChange[];
  /** Entries to make, or to make stricter. */
  entries: Map<string, Status>;
};

export function noSuppressionEffects(): SuppressionEffects {
  return { statusChanges: [], entries: new Map() };
}

/**
 * Puts one address on the suppression list, and its contact, if there is one, to the same status. Of the entry, the contact
 * and the row the strictest wins: nobody's status gets looser.
 *
 * `created` is an address that was not on the list, `updated` one that was, and became stricter.
 */
export function applySuppression(
  { email, status }: SuppressionInput,
  { book, entries, seen }: SuppressionContext,
  effects: SuppressionEffects,
): CountedOutcome {
  const entry = entries.get(email);
  const contact = book.byEmail(email);
  const current = strictest(entry ?? "active", contact?.status ?? "active");
  const decision = nextStatus(current, status, bulkWrite);
  if (!decision.ok) throw new Error("A file's status is never turned down.");
  const next = decision.status;

  const enters = entry !== next;
  if (enters) {
    entries.set(email, next);
    effects.entries.set(email, next);
  }
  const moves = contact !== undefined && contact.status !== next;
  if (moves) {
    book.replace(contact, { ...contact, status: next, version: contact.version + 1 });
    effects.statusChanges.push({
      contactId: contact.id,
      from: contact.status,
      to: next,
      reason: "suppressed",
    });
  }

  const changed = enters || moves;
  const { kept } = decision;
  if (seen.has(email)) return { kind: "duplicate", changed, kept };
  seen.add(email);
  if (entry === undefined) return { kind: "created", kept };
  return { kind: changed ? "updated" : "unchanged", kept };
}
