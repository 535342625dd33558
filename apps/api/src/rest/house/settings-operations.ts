import { TenantSettings } from "@roster/domain/accounts/tenant-settings.ts";
import { json, type Operation } from "../../docs/operation.ts";
import { oneOf } from "./answers.ts";
import { SettingsBody } from "./settings.ts";

const tag = "Settings";
const path = "/v1/settings";

const Settings = oneOf(TenantSettings);
const settings = {
  softBounceLimit: 3,
  activeDays: 30,
  passiveDays: 180,
  unengagedDays: 90,
  neverOpenedSends: 5,
  riskySoftBounces: 2,
};

/** What a tenant may decide for itself. */
export const settingsOperations: Operation[] = [
  {
    id: "getSettings",
    tag,
    method: "get",
    path,
    summary: "Get the tenant's settings",
    needs: "contacts:read",
    answers: { 200: { description: "All of them", content: json(Settings) } },
    examples: {
      settings: { summary: "None was changed", status: 200, answer: { success: true, data: settings } },
    },
  },
  {
    id: "changeSettings",
    tag,
    method: "patch",
    path,
    summary: "Change the tenant's settings",
    description: "Absent ones stay as they are, `null` goes back to what holds for everybody.",
    needs: "contacts:write",
    body: { content: json(SettingsBody) },
    answers: { 200: { description: "All of them, as they are now", content: json(Settings) } },
    examples: {
      stricter: {
        summary: "Two soft bounces are enough",
        body: { softBounceLimit: 2 },
        status: 200,
        answer: { success: true, data: { ...settings, softBounceLimit: 2 } },
      },
      contradiction: {
        summary: "Nobody could be passive",
        body: { activeDays: 200 },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "passiveDays",
              code: "setting_invalid",
              message: "Nobody could be passive: it is less than activeDays. Make it as large, or larger.",
            },
          ],
        },
      },
    },
  },
];
