import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { ContactInput, StoredContact } from "@roster/domain/contacts/contact.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import type { Resubscribe } from "@roster/domain/contacts/status.ts";
import { singleWrite, type WritePolicy } from "@roster/domain/contacts/write-policy.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import type { Erasure } from "@roster/domain/history/erasure.ts";
import type { RowOutcome } from "@roster/domain/imports/import-report.ts";
import type { RowProblem } from "@roster/domain/imports/row-problem.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { isStorable } from "@roster/domain/text/text.ts";
import { contactByEmail, contactByExternalId, contactById } from "@roster/store/contacts/contact-read.ts";
import type { StampsById } from "@roster/store/contacts/contact-write.ts";
import type { Db } from "@roster/store/open.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { eraseStored } from "../history/erasures.ts";
import { retrying } from "../retry.ts";
import { type Decision, decideChange, decideWrites } from "./contact-decision.ts";
import { landDecision } from "./contact-landing.ts";
import { removeContacts } from "./contact-removal.ts";
import { requestOrigin } from "./write-origin.ts";

/**
 * How a caller names one contact, as it was written: by its id, by its email, or, where the two share a place, by either its
 * id or its externalId.
 */
export type ContactRef = string | { email: string } | { idOrExternalId: string };

/** @throws Refused missing_scope, not_found */
export async function getContact(deps: Deps, scope: TenantScope, ref: ContactRef): Promise<StoredContact> {
  requireScope(scope, "contacts:read");
  return storedContact(deps, scope, ref);
}

async function storedContact(deps: Deps, scope: TenantScope, ref: ContactRef): Promise<StoredContact> {
  const contact = await findContact(deps, scope, ref);
  if (contact === null) throw new Refused({ code: "not_found", what: "contact" });
  return contact;
}

async function findContact(
  { sql }: Deps,
  { tenantId }: TenantScope,
  ref: ContactRef,
): Promise<StoredContact | null> {
  if (typeof ref === "string") return isUuid(ref) ? contactById(sql, tenantId, ref) : null;
  if ("email" in ref) {
    const parsed = parseEmail(ref.email);
    return parsed.ok ? contactByEmail(sql, tenantId, parsed.email) : null;
  }
  const text = ref.idOrExternalId;
  const byId = isUuid(text) ? await contactById(sql, tenantId, text) : null;
  return byId ?? (isStorable(text) ? contactByExternalId(sql, tenantId, text) : null);
}

export type UpsertOptions = {
  /** `refuse`: only create; an email or externalId that is there already is refused. */
  onExisting?: "merge" | "refuse" | undefined;
  /** `add` (the default for upserts) or `replace`. */
  tags?: "add" | "replace" | undefined;
  /** Whether a new contact is active only if it says so or brings a consent. */
  optInNeedsConsent?: boolean | undefined;
} & ChangeOptions;

export type ChangeOptions = {
  /** Leave to bring back, by a boolean, somebody who bounced. */
  resubscribe?: Resubscribe | null | undefined;
};

/**
 * Creates a contact or merges into the one that the input names by externalId, else by email.
 * @throws Refused missing_scope, invalid, contact_exists, email_taken, external_id_taken, cannot_reactivate,
 *   plan_limit_exceeded
 */
export async function upsertContact(
  deps: Deps,
  scope: TenantScope,
  input: ContactInput,
  options: UpsertOptions = {},
): Promise<{ contact: StoredContact; isNew: boolean; changed: boolean }> {
  requireScope(scope, "contacts:write");
  const { tags = "add", optInNeedsConsent = false, resubscribe = null } = options;
  const policy: WritePolicy = { ...singleWrite, tags, optInNeedsConsent, resubscribe };
  const origin = requestOrigin(scope);
  const decide = async (deps: Deps) => {
    const decision = await decideWrites(deps, scope, [input], policy, origin);
    const outcome = decision.outcomes[0]!;
    if (outcome.kind === "failed") throw refusedRow(outcome.problem);
    if (outcome.kind !== "created" && options.onExisting === "refuse") {
      throw await alreadyThere(deps, scope, input, outcome.contactId);
    }
    return decision;
  };
  return landDecision(deps, scope, { policy, origin, decide }, async (db, decision, stamps) => {
    const { kind } = decision.outcomes[0]!;
    const contact = await landedContact(db, scope, decision, stamps);
    return { contact, isNew: kind === "created", changed: kind !== "unchanged" };
  });
}

/**
 * Changes one contact that is there: absent fields stay, `null` clears, tags replace the set.
 * @param options.emailStays an email other than the contact's own is refused
 * @throws Refused missing_scope, not_found, invalid, email_taken, external_id_taken, cannot_reactivate
 */
export async function updateContact(
  deps: Deps,
  scope: TenantScope,
  ref: ContactRef,
  input: ContactInput,
  { resubscribe = null, emailStays = false }: ChangeOptions & { emailStays?: boolean } = {},
): Promise<StoredContact> {
  requireScope(scope, "contacts:write");
  const policy: WritePolicy = { ...singleWrite, tags: "replace", resubscribe };
  const origin = requestOrigin(scope);
  const decide = async (deps: Deps) => {
    const current = await storedContact(deps, scope, ref);
    if (emailStays && input.email !== undefined && input.email !== current.email) throw emailFixed();
    const decision = await decideChange(deps, scope, current, input, policy, origin);
    const outcome = decision.outcomes[0]!;
    if (outcome.kind === "failed") throw refusedRow(outcome.problem);
    return decision;
  };
  return landDecision(deps, scope, { policy, origin, decide }, (db, decision, stamps) =>
    landedContact(db, scope, decision, stamps),
  );
}

/** The contact that a write of one was about, as it is now. */
async function landedContact(
  db: Db,
  { tenantId }: TenantScope,
  decision: Decision,
  stamps: StampsById,
): Promise<StoredContact> {
  const outcome = decision.outcomes[0] as Exclude<RowOutcome, { kind: "failed" }>;
  const written = decision.updated[0]?.after ?? decision.created[0];
  const given = stamps.get(outcome.contactId);
  if (given !== undefined && written?.id === outcome.contactId) return { ...written, ...given };
  const contact = await contactById(db, tenantId, outcome.contactId);
  // Where nothing had to be written, somebody may have deleted it since.
  if (contact === null) throw new Refused({ code: "not_found", what: "contact" });
  return contact;
}

/** Why a contact cannot be created: what of it some other contact has. */
async function alreadyThere(
  deps: Deps,
  scope: TenantScope,
  { email, externalId }: ContactInput,
  contactId: string,
): Promise<Refused> {
  const holder = await contactById(deps.sql, scope.tenantId, contactId);
  return email === undefined || (holder !== null && holder.email !== email)
    ? new Refused({ code: "external_id_taken", externalId: externalId ?? "", contactId })
    : new Refused({ code: "contact_exists", email, contactId });
}

function emailFixed(): Refused {
  const message =
    "The email of a contact cannot be changed here. Leave it out, or create a contact with the new one.";
  return new Refused({ code: "invalid", issues: [{ field: "email", code: "email_fixed", message }] });
}

/** A row's problem as the refusal of a request that consists of this row. */
function refusedRow(problem: RowProblem): Refused {
  const { code, field, message, contactId } = problem;
  if (code === "email_taken")
    return new Refused({ code, email: problem.value ?? "", contactId: contactId ?? "" });
  if (code === "external_id_taken")
    return new Refused({ code, externalId: problem.value ?? "", contactId: contactId ?? "" });
  if (code === "cannot_reactivate") return new Refused({ code, current: problem.value as "bounced" });
  return new Refused({ code: "invalid", issues: [{ field: field ?? "body", code, message }] });
}

/**
 * Deletes a contact with its history. One that could not be mailed leaves a suppression entry, so that a later import
 * of the address does not mail it again.
 * @throws Refused missing_scope, not_found
 */
export async function deleteContact(deps: Deps, scope: TenantScope, ref: ContactRef): Promise<void> {
  requireScope(scope, "contacts:write");
  await retrying(async () => {
    const { id } = await storedContact(deps, scope, ref);
    await deps.sql.begin(async (tx) => {
      const [gone] = await removeContacts(deps, tx, scope.tenantId, [id], scope.keyId);
      if (gone === undefined) throw new Refused({ code: "not_found", what: "contact" });
    });
  });
}

/**
 * As `deleteContact`, for a person who asked for it: whatever their status was, the address leaves a suppression entry, and
 * a job looks for every copy of it; see `eraseAddress`.
 * @throws Refused missing_scope, not_found
 */
export async function eraseContact(deps: Deps, scope: TenantScope, ref: ContactRef): Promise<Erasure> {
  requireScope(scope, "contacts:write");
  return retrying(async () => {
    const { id } = await storedContact(deps, scope, ref);
    return deps.sql.begin((tx) => eraseStored(deps, tx, scope, id));
  });
}
