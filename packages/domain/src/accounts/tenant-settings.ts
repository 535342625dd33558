import { z } from "zod";
import { softBouncesKept } from "../events/engagement.ts";
import { HealthRules } from "../health/list-health.ts";

const days = z.int("Give a whole number of days.").min(1).max(3650);

/** What a tenant may decide for itself, each with what holds until it does. */
export const TenantSettings = z
  .strictObject({
    /** Soft bounces in a row, without a delivery between, after which a contact counts as bounced. */
    softBounceLimit: z.int("Give a whole number.").min(1).max(softBouncesKept).default(3),
    /** Who opened or clicked within so many days is active. */
    activeDays: days.default(30),
    /** Who did so within so many days, but not within `activeDays`, is passive. */
    passiveDays: days.default(180),
    // From when a health run finds somebody.
    ...HealthRules.shape,
  })
  .refine(({ activeDays, passiveDays }) => activeDays <= passiveDays, {
    path: ["passiveDays"],
    message: "Nobody could be passive: it is less than activeDays. Make it as large, or larger.",
  });
export type TenantSettings = z.infer<typeof TenantSettings>;
