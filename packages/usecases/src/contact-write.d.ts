import type { Contact, ContactInput } from "@roster/domain/contact.ts";
import { type Report, type RowOutcome } from "@roster/domain/import-report.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { type UpsertEffects } from "@roster/domain/upsert.ts";
import type { WritePolicy } from "@roster/domain/write-policy.ts";
import { type ChangeSource } from "@roster/store/contact-history.ts";
import { type ReachableContact } from "@roster/store/contact-read.ts";
import { type ContactChange } from "@roster/store/contact-write.ts";
import type { Tx } from "@roster/store/open.ts";
import type { Deps } from "./deps.ts";
/** What a set of writes comes to, decided but not yet written. */
export type Decision = {
    outcomes: RowOutcome[];
    report: Report;
    created: Contact[];
    updated: ContactChange[];
    effects: UpsertEffects;
    /** Ids that the writes hit, in order. */
    hit: string[];
};
export type Origin = {
    source: ChangeSource;
    /** The job that writes, if one does: contacts it creates carry its id, contacts it changes leave a before-image. */
    jobId: string | null;
    /** How contacts created here came about, unless a row says it itself. */
    createdFrom: string | null;
};
/**
 * Reads what the inputs can reach, without locks, and plays the rules through in order.
 * @param reached where the contacts are read; a dry run reads through its overlay
 * @param hitBefore whether an earlier part of the same request or file already hit a contact
 */
export declare function decideWrites(deps: Deps, scope: TenantScope, inputs: readonly ContactInput[], policy: WritePolicy, origin: Origin, hitBefore?: (id: string) => boolean, reached?: readonly ReachableContact[] | null): Promise<Decision>;
/** As `decideWrites`, for one contact that is already known by its id. */
export declare function decideChange(deps: Deps, scope: TenantScope, current: Contact, input: ContactInput, policy: WritePolicy, origin: Origin): Promise<Decision>;
export declare function keysOf(inputs: readonly ContactInput[]): {
    emails: string[];
    externalIds: string[];
};
/**
 * Writes what was decided, inside the caller's transaction.
 * @throws Raced when a contact was changed since it was read; a unique violation when somebody created it meanwhile
 */
export declare function writeDecision(deps: Deps, tx: Tx, scope: TenantScope, decision: Decision, policy: WritePolicy, origin: Origin): Promise<void>;
