import { TenantSettings } from "@roster/domain/accounts/tenant-settings.ts";
import { changeSettings, getSettings } from "@roster/usecases/accounts/tenant-settings.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../input-issue.ts";
import { jsonBody } from "../body.ts";
import { houseScope } from "./scope.ts";
import { one } from "./wire.ts";

const settingsBytes = 16 * 1024;

const { softBounceLimit, activeDays, passiveDays, unengagedDays, neverOpenedSends, riskySoftBounces } =
  TenantSettings.shape;

/** An absent setting stays; null goes back to what holds for everybody. */
export const SettingsBody = z.strictObject(
  {
    softBounceLimit: softBounceLimit.unwrap().nullish(),
    activeDays: activeDays.unwrap().nullish(),
    passiveDays: passiveDays.unwrap().nullish(),
    unengagedDays: unengagedDays.unwrap().nullish(),
    neverOpenedSends: neverOpenedSends.unwrap().nullish(),
    riskySoftBounces: riskySoftBounces.unwrap().nullish(),
  } satisfies Record<keyof TenantSettings, z.ZodType>,
  "Send a JSON object with the settings, with Content-Type: application/json.",
);

/** What a tenant may decide for itself. To be mounted at /settings. */
export function settingsRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    res.json(one(await getSettings(deps, await houseScope(deps, req))));
  });

  router.patch("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const change = checked(SettingsBody, await jsonBody(req, res, settingsBytes));
    res.json(one(await changeSettings(deps, scope, change)));
  });

  return router;
}
