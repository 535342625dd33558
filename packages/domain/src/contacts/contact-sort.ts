import { z } from "zod";
import { decodeCursor, encodeCursor } from "../page.ts";
import { isStorable } from "../text/text.ts";
import type { StoredContact } from "./contact.ts";

/** Orders by the contacts themselves; a minus is descending. Ids rise with the time of creation. */
export const KeyedSort = z.enum(["-createdAt", "createdAt", "email", "-email"]);
export type KeyedSort = z.infer<typeof KeyedSort>;

/** Orders by the score; those of one score by the time of creation. */
export const ScoreSort = z.enum(["-score", "score"]);
export type ScoreSort = z.infer<typeof ScoreSort>;

/** The order of a list of contacts. Each has an index, however many contacts there are. */
export const ContactSort = z.enum([...KeyedSort.options, ...ScoreSort.options]);
export type ContactSort = z.infer<typeof ContactSort>;

/** Newest first. */
export const defaultSort: KeyedSort = "-createdAt";

export function isScoreSort(sort: ContactSort): sort is ScoreSort {
  return ScoreSort.safeParse(sort).success;
}

/** The field by which an order tells contacts apart, by score those of the same one, and its direction. */
export const sortOrder = {
  "-createdAt": { key: "id", descending: true },
  createdAt: { key: "id", descending: false },
  email: { key: "email", descending: false },
  "-email": { key: "email", descending: true },
  "-score": { key: "id", descending: true },
  score: { key: "id", descending: false },
} as const satisfies Record<ContactSort, { key: "id" | "email"; descending: boolean }>;

const key = { id: z.uuid(), email: z.string().refine(isStorable) };

/** Behind which contact a list goes on: its key by `sortOrder`, and its score where the order is by score. */
export type ListPlace = { key: string; score: number | null };

/** Where a list goes on behind its last contact. */
export function listCursor(last: Pick<StoredContact, "id" | "email" | "score">, sort: ContactSort): string {
  const own = last[sortOrder[sort].key];
  return encodeCursor(isScoreSort(sort) ? [sort, own, last.score] : [sort, own]);
}

/**
 * The place that a cursor stands for.
 * @throws Refused invalid, field `cursor`: it was tampered with, or belongs to another list or order
 */
export function readListCursor(cursor: string, sort: ContactSort): ListPlace {
  const own = key[sortOrder[sort].key];
  const place = isScoreSort(sort)
    ? decodeCursor(cursor, z.tuple([z.literal(sort), own, z.int().min(0).max(100)]))
    : decodeCursor(cursor, z.tuple([z.literal(sort), own]));
  return { key: place[1], score: place[2] ?? null };
}
