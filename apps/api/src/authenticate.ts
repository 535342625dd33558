import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import type { Deps } from "@roster/usecases/deps.ts";

/** The headers that say who calls, as a door finds them. */
export type Credentials = { authorization: string | undefined; tenant: string | undefined };

/** The key of an `Authorization: Bearer …` header; null for any other header or none. */
export function bearerKey(authorization: string | undefined): string | null {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? "")?.[1] ?? null;
}

/**
 * Who calls, and for which tenant.
 * @throws Refused unauthenticated without a valid key, tenant_forbidden for a tenant that the key may not use
 */
export async function scopeOf(deps: Deps, { authorization, tenant }: Credentials): Promise<CallerScope> {
  const key = bearerKey(authorization);
  if (key === null) throw new Refused({ code: "unauthenticated" });
  return authenticate(deps, key, tenant);
}
