import type { List } from "@roster/usecases/lists/lists.ts";

/** A list as this API shows it. */
export function houseList({ id, slug, name, contacts, createdAt, updatedAt }: List) {
  return { id, slug, name, contactCount: contacts, createdAt, updatedAt };
}
