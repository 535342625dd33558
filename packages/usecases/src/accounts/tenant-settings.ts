import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { TenantSettings } from "@roster/domain/accounts/tenant-settings.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { setTenantSettings, tenantSettings } from "@roster/store/accounts/tenants.ts";
import type { Db } from "@roster/store/open.ts";
import type { z } from "zod";
import type { Deps } from "../deps.ts";
import { requireScope } from "./authentication.ts";

/** What a tenant has decided, with what holds where it has not. @throws Refused missing_scope */
export async function getSettings(deps: Deps, scope: TenantScope): Promise<TenantSettings> {
  requireScope(scope, "contacts:read");
  return settingsOf(deps.sql, scope.tenantId);
}

/** The same for use cases that obey it. */
export async function settingsOf(sql: Db, tenantId: string): Promise<TenantSettings> {
  return TenantSettings.parse(await tenantSettings(sql, tenantId));
}

/** What may be changed: an absent setting stays, null goes back to what holds for everybody. */
export type SettingsChange = { [Name in keyof TenantSettings]?: TenantSettings[Name] | null | undefined };

/**
 * Changes what a tenant has decided. It holds for what comes in from now on.
 * @returns all settings
 * @throws Refused missing_scope, invalid (settings that contradict each other)
 */
export async function changeSettings(
  deps: Deps,
  scope: TenantScope,
  change: SettingsChange,
): Promise<TenantSettings> {
  requireScope(scope, "contacts:write");
  return deps.sql.begin(async (tx) => {
    const stored = await tenantSettings(tx, scope.tenantId, { lock: true });
    const given = Object.entries({ ...stored, ...withoutAbsent(change) }).filter(
      ([, value]) => value !== null,
    );
    const settings = Object.fromEntries(given);
    const read = TenantSettings.safeParse(settings);
    if (!read.success) throw new Refused({ code: "invalid", issues: read.error.issues.map(issue) });
    await setTenantSettings(tx, scope.tenantId, settings);
    return read.data;
  });
}

function withoutAbsent(change: SettingsChange): SettingsChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function issue({ path, message }: z.core.$ZodIssue) {
  return { field: path.join("."), code: "setting_invalid", message };
}
