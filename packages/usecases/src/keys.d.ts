import { type KeyPrefix, type Scope } from "@roster/domain/scope.ts";
import type { Deps } from "./deps.ts";
/** A new key: the only time that its text can be seen. */
export type NewKey = {
    key: string;
    keyId: string;
    tenantId: string;
};
/**
 * Makes a key for a tenant of the installation's account. The operator's doing: there is no HTTP key before the first.
 * @param input.tenant the tenant's slug; the tenant is made if it is not there
 */
export declare function createKey(deps: Deps, input: {
    tenant: string;
    prefix: KeyPrefix;
    scopes: readonly Scope[];
    name?: string | undefined;
}): Promise<NewKey>;
/** On an empty database: an account, the tenant `default` and a key that may do everything. Else null. */
export declare function createFirstKey(deps: Deps): Promise<NewKey | null>;
