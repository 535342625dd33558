import { type TenantScope } from "@roster/domain/scope.ts";
import type { Deps } from "./deps.ts";
/** What is kept of a key: SHA-256. The secret has 256 random bits, so nothing slower is needed. */
export declare function keyHash(key: string): Buffer;
/**
 * Who calls, and for which tenant.
 * @param tenant the UUID or slug of another tenant of the same account; only a key with the scope `admin` may name one
 * @throws Refused unauthenticated, tenant_forbidden
 */
export declare function authenticate(deps: Deps, key: string, tenant?: string): Promise<TenantScope>;
/** @throws Refused missing_scope */
export declare function requireScope(scope: TenantScope, needed: "contacts:read" | "contacts:write" | "admin"): void;
