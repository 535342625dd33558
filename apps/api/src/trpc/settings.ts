import { TenantSettings } from "@roster/domain/accounts/tenant-settings.ts";
import { changeSettings, getSettings } from "@roster/usecases/accounts/tenant-settings.ts";
import { z } from "zod";
import { procedure, router } from "./init.ts";

const { softBounceLimit, activeDays, passiveDays, unengagedDays, neverOpenedSends, riskySoftBounces } =
  TenantSettings.shape;

/** An absent setting stays; null goes back to what holds for everybody. */
const Change = z.strictObject({
  softBounceLimit: softBounceLimit.unwrap().nullish(),
  activeDays: activeDays.unwrap().nullish(),
  passiveDays: passiveDays.unwrap().nullish(),
  unengagedDays: unengagedDays.unwrap().nullish(),
  neverOpenedSends: neverOpenedSends.unwrap().nullish(),
  riskySoftBounces: riskySoftBounces.unwrap().nullish(),
} satisfies Record<keyof TenantSettings, z.ZodType>);

/** What a tenant may decide for itself. */
export const settings = router({
  get: procedure.query(({ ctx }) => getSettings(ctx.deps, ctx.scope)),

  /** Answers with all settings as they are now. */
  update: procedure.input(Change).mutation(({ ctx, input }) => changeSettings(ctx.deps, ctx.scope, input)),
});
