import { z } from "zod";

/** `true` or `false` in a query. */
export const Flag = z
  .enum(["true", "false"], { error: "Write true or false." })
  .transform((word) => word === "true");

const timeMessage =
  "Write a time as 2026-01-31T12:00:00Z, or a date as 2026-01-31. In an address a + is written %2B.";

/** A point in time; a date means its beginning in UTC. */
export const Time = z
  .union([z.iso.datetime({ offset: true, local: false }), z.iso.date()], { error: timeMessage })
  .transform((text) => new Date(text))
  .refine((time) => !Number.isNaN(time.getTime()), timeMessage);

/** Where a list goes on; an empty one is none. */
export const Cursor = z
  .string({ error: "Give this parameter once." })
  .transform((cursor) => cursor || undefined)
  .optional();
