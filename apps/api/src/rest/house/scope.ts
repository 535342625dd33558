import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import type { Request } from "express";
import { scopeOf } from "../../authenticate.ts";

/** Who calls; X-Tenant-Id names another tenant of the same account. */
export function houseScope(deps: Deps, req: Request): Promise<CallerScope> {
  return scopeOf(deps, { authorization: req.headers.authorization, tenant: req.get("x-tenant-id") });
}
