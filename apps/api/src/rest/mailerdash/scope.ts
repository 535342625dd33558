import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { requireScope } from "@roster/usecases/accounts/authentication.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import type { Request } from "express";
import { z } from "zod";
import { scopeOf } from "../../authenticate.ts";
import { checked } from "../../input-issue.ts";

const Named = z.object({ key_id: z.string("Send key_id once, as a text.").optional() });

/**
 * Who calls. `key_id` in the query, which is for admin keys only, or X-Tenant-Id names another tenant of the account.
 * @throws Refused unauthenticated, missing_scope, tenant_forbidden, invalid
 */
export async function mailerdashScope(deps: Deps, req: Request): Promise<CallerScope> {
  const caller = await scopeOf(deps, credentials(req, req.get("x-tenant-id")));
  if (req.query.key_id === undefined) return caller;
  requireScope(caller, "admin");
  const { key_id } = checked(Named, req.query);
  return scopeOf(deps, credentials(req, key_id));
}

/**
 * The scope of a request whose body may have a `key_id` too, as a contact that was read has.
 * @throws Refused tenant_forbidden, invalid (no text, or another tenant than the query's)
 */
export async function scopeOfBody(
  deps: Deps,
  req: Request,
  scope: CallerScope,
  body: unknown,
): Promise<CallerScope> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return scope;
  const { key_id } = checked(Named, body);
  if (key_id === undefined || key_id === scope.tenantSlug) return scope;
  const named = await scopeOf(deps, credentials(req, key_id));
  if (req.query.key_id !== undefined && named.tenantId !== scope.tenantId) {
    const message = "The query names one tenant and the body another. Send key_id in one of them.";
    throw new Refused({ code: "invalid", issues: [{ field: "key_id", code: "ambiguous", message }] });
  }
  return named;
}

function credentials(req: Request, tenant: string | undefined) {
  return { authorization: req.headers.authorization, tenant };
}
