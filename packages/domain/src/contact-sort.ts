import { z } from "zod";
import type { Contact } from "./contact.ts";
import { decodeCursor, encodeCursor } from "./page.ts";
import { isStorable } from "./text.ts";

/**
 * The order of a list of contacts; a minus is descending. These have an index, however many contacts there are: ids rise with
 * the time of creation.
 */
export const ContactSort = z.enum(["-createdAt", "createdAt", "email", "-email"]);
export type ContactSort = z.infer<typeof ContactSort>;

/** Newest first. */
export const defaultSort: ContactSort = "-createdAt";

/** The field by which an order tells contacts apart, and its direction. */
export const sortOrder = {
  "-createdAt": { key: "id", descending: true },
  createdAt: { key: "id", descending: false },
  email: { key: "email", descending: false },
  "-email": { key: "email", descending: true },
} as const satisfies Record<ContactSort, { key: "id" | "email"; descending: boolean }>;

const key = { id: z.uuid(), email: z.string().refine(isStorable) };

/** Where a list goes on behind its last contact. */
export function listCursor(last: Pick<Contact, "id" | "email">, sort: ContactSort): string {
  return encodeCursor([sort, last[sortOrder[sort].key]]);
}

/**
 * The key of the contact that a cursor stands behind.
 * @throws Refused invalid, field `cursor`: it was tampered with, or belongs to another list or order
 */
export function readListCursor(cursor: string, sort: ContactSort): string {
  return decodeCursor(cursor, z.tuple([z.literal(sort), key[sortOrder[sort].key]]))[1];
}
