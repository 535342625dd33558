import { z } from "zod";

/** A `limit` of a query string: above `max` it is clamped; below 1 or not a number it is refused. */
export function pageLimit({ standard, max }: { standard: number; max: number }) {
  return z
    .string()
    .regex(/^\s*\d{1,9}\s*$/, "A limit is a whole number, 1 or more.")
    .transform(Number)
    .refine((limit) => limit >= 1, "A limit is a whole number, 1 or more.")
    .transform((limit) => Math.min(limit, max))
    .default(standard);
}
