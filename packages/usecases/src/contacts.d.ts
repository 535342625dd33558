import type { ContactInput, StoredContact } from "@roster/domain/contact.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { Status } from "@roster/domain/status.ts";
import type { Deps } from "./deps.ts";
export type ContactQuery = {
    /** Contacts per page, already within the door's bounds. */
    limit: number;
    cursor?: string | undefined;
    /** Part of an email, any case; fewer than three characters match its beginning. */
    search?: string | undefined;
    status?: Status | undefined;
    /** true: active; false: everybody else. */
    subscribed?: boolean | undefined;
};
export type ContactPage = {
    contacts: StoredContact[];
    cursor: string | null;
    hasMore: boolean;
    /** Only on the first page: null where the query has a cursor. */
    total: number | null;
    totalIsEstimate: boolean;
};
/**
 * A page of contacts, newest first.
 * @throws Refused missing_scope, invalid (a cursor that this server did not make)
 */
export declare function listContacts(deps: Deps, scope: TenantScope, query: ContactQuery): Promise<ContactPage>;
/** @throws Refused missing_scope, not_found */
export declare function getContact(deps: Deps, scope: TenantScope, id: string): Promise<StoredContact>;
export type UpsertOptions = {
    /** `refuse`: only create; an email or externalId that is there already is refused. */
    onExisting?: "merge" | "refuse" | undefined;
    /** `add` (the default for upserts) or `replace`. */
    tags?: "add" | "replace" | undefined;
};
/**
 * Creates a contact or merges into the one that the input names by externalId, else by email.
 * @throws Refused missing_scope, invalid, contact_exists, email_taken, external_id_taken, cannot_reactivate,
 *   plan_limit_exceeded
 */
export declare function upsertContact(deps: Deps, scope: TenantScope, input: ContactInput, options?: UpsertOptions): Promise<{
    contact: StoredContact;
    isNew: boolean;
    changed: boolean;
}>;
/**
 * Changes one contact that is there: absent fields stay, `null` clears, tags replace the set.
 * @throws Refused missing_scope, not_found, invalid, email_taken, external_id_taken, cannot_reactivate
 */
export declare function updateContact(deps: Deps, scope: TenantScope, id: string, input: ContactInput): Promise<StoredContact>;
/**
 * Deletes a contact with its history. One that could not be mailed leaves a suppression entry, so that a later import
 * of the address does not mail it again.
 * @throws Refused missing_scope, not_found
 */
export declare function deleteContact(deps: Deps, scope: TenantScope, id: string): Promise<void>;
