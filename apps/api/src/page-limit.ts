import { parseLimit, parsePage } from "@roster/domain/page.ts";
import { z } from "zod";

/** Reads a `limit` inside a schema, by the domain's rule: absent is the default, above `max` is clamped. */
export function readLimit(bounds: { default: number; max: number }) {
  return (raw: unknown, context: z.RefinementCtx): number => {
    const limit = parseLimit(raw, bounds);
    if (limit.ok) return limit.value;
    context.addIssue({ code: "custom", params: { code: limit.issue.code }, message: limit.issue.message });
    return bounds.default;
  };
}

/** The parameter `limit` of a page, by the domain's rule. */
export function pageLimit(bounds: { default: number; max: number }) {
  return z
    .unknown()
    .optional()
    .transform(readLimit(bounds))
    .meta({
      type: "integer",
      minimum: 1,
      description: `Most items of a page: ${bounds.default} where it is absent; more than ${bounds.max} count as ${bounds.max}.`,
    });
}

/** The parameter `page`, by the domain's rule. */
export const pageNumber = z
  .unknown()
  .transform((raw, context): number => {
    const page = parsePage(raw);
    if (page.ok) return page.value;
    context.addIssue({ code: "custom", params: { code: page.issue.code }, message: page.issue.message });
    return 1;
  })
  .meta({ type: "integer", minimum: 1, description: "Which page: the first where it is absent." });
