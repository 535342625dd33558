import type { StoredContact } from "./contact.ts";

/** What became of a contact, as it stands at its place in the feed. */
export type FedChange =
  | { type: "created" | "updated"; contact: StoredContact; at: Date }
  | { type: "deleted"; id: string; at: Date };

/**
 * What the present state of a contact says of its way there: the feed shows it once, at its latest change, whatever came before.
 * A contact that was created and changed between two looks shows as updated, so that whoever keeps a copy takes both for “this is
 * what it is now”.
 */
export function changeKind({ version }: Pick<StoredContact, "version">): "created" | "updated" {
  return version === 1 ? "created" : "updated";
}

/** A contact of the feed as a change. */
export function changeOf(contact: StoredContact): FedChange {
  return { type: changeKind(contact), contact, at: contact.updatedAt };
}
