import { z } from "zod";

/** What an account may have and do. Plans are data: the operator sets their limits. */
export type Plan = {
  name: string;
  /** Most contacts of the account, in all its tenants; null is no limit. */
  contactLimit: number | null;
  /** Whether files and long lists may be imported where the plan has a say. */
  bulkImport: boolean;
  /** Most requests of one key in a minute; null is no limit. */
  requestsPerMinute: number | null;
};

/** Requests of one key in a minute where a limit is wanted and no number is given. */
export const defaultRequestsPerMinute = 6000;

const noLimit = "Write a whole number, or “none” for no limit.";

/** What the operator may change of a plan; what is left out stays, and null lifts a limit. */
export const PlanChange = z.strictObject({
  contactLimit: z.number(noLimit).int(noLimit).min(0, noLimit).nullable().optional(),
  bulkImport: z.boolean("Write yes or no.").optional(),
  requestsPerMinute: z.number(noLimit).int(noLimit).min(1, noLimit).nullable().optional(),
});
export type PlanChange = z.infer<typeof PlanChange>;
