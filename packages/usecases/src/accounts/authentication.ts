import { hash } from "node:crypto";
import {
  allows,
  type CallerScope,
  keyPrefixOf,
  type NeededScope,
  Scope,
  type TenantScope,
} from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { isStorable } from "@roster/domain/text/text.ts";
import { tenantOf } from "@roster/store/accounts/tenants.ts";
import type { Deps } from "../deps.ts";

/** What is kept of a key: SHA-256. The secret has 256 random bits, so nothing slower is needed. */
export function keyHash(key: string): Buffer {
  return hash("sha256", key, "buffer");
}

/**
 * Who calls, and for which tenant.
 * @param tenant the UUID or slug of another tenant of the same account; only a key with the scope `admin` may name one
 * @throws Refused unauthenticated, tenant_forbidden
 */
export async function authenticate(deps: Deps, key: string, tenant?: string): Promise<CallerScope> {
  const record = keyPrefixOf(key) === null ? null : await deps.keyRing.find(keyHash(key));
  // Looked up some time ago, it may have expired since.
  if (record === null || (record.expiresAt !== null && record.expiresAt <= deps.now())) {
    throw new Refused({ code: "unauthenticated" });
  }
  const { id, accountId, tenantId, tenantSlug, scopes, contactLimit, bulkImport, requestsPerMinute } = record;
  const granted = scopes.map((text) => Scope.parse(text));
  const limits = { contactLimit, bulkImport, requestsPerMinute };
  const scope: CallerScope = { accountId, tenantId, tenantSlug, keyId: id, granted, ...limits };
  if (tenant === undefined || tenant === "" || tenant.toLowerCase() === tenantId) return scope;
  const named = isStorable(tenant) ? await tenantOf(deps.sql, accountId, tenant) : null;
  if (named?.id === tenantId) return scope;
  // One answer for "not there" and "not yours".
  if (named === null || !allows(granted, "admin")) throw new Refused({ code: "tenant_forbidden" });
  return { ...scope, tenantId: named.id, tenantSlug: named.slug };
}

/** @throws Refused missing_scope */
export function requireScope(scope: Pick<TenantScope, "granted">, needed: NeededScope): void {
  if (!allows(scope.granted, needed)) throw new Refused({ code: "missing_scope", needed });
}

/** For the doors whose plans tell bulk imports apart. @throws Refused plan_limit_exceeded */
export function requireBulkImport({ bulkImport }: CallerScope): void {
  if (!bulkImport) throw new Refused({ code: "plan_limit_exceeded", limit: null });
}
