import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import {
  changeSettings,
  type EventSourceChange,
  type EventSourceWish,
  formatSourceToken,
  type SourceKind,
  sourceLimit,
  sourceUser,
  tokenBeginning,
} from "@roster/domain/events/event-source.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";
import { secretText } from "@roster/domain/text/base62.ts";
import {
  countSources,
  deleteSource,
  type EventSource,
  insertSource,
  lockSource,
  replaceSecrets,
  type SourceSecrets,
  sourceById,
  sourceNameTaken,
  sourcePage,
  updateSource,
} from "@roster/store/events/event-sources.ts";
import type { Tx } from "@roster/store/open.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { secretHash, verificationKey } from "./event-proof.ts";

export type { EventSource } from "@roster/store/events/event-sources.ts";

/** What opens a source: the only time that it can be seen. */
export type SourceOpening = {
  /** The address's secret end. */
  token: string;
  /** What the provider has to send beside it; null where the source asks for none. */
  user: string | null;
  password: string | null;
};

/**
 * Makes an address at which a provider tells of events.
 * @throws Refused missing_scope, name_taken, invalid (settings.publicKey, or too many sources)
 */
export async function createEventSource(
  deps: Deps,
  scope: TenantScope,
  wish: EventSourceWish,
): Promise<{ source: EventSource; opening: SourceOpening }> {
  requireScope(scope, "contacts:write");
  requireVerificationKey(wish);
  const { tenantId } = scope;
  const { opening, secrets } = newSecrets(deps, wish);
  const id = deps.newId();
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      if ((await countSources(tx, tenantId)) >= sourceLimit)
        throw invalid("body", "too_many_sources", tooMany);
      await requireFreeName(tx, tenantId, wish.name, null);
      await insertSource(tx, { tenantId, id, ...wish }, secrets);
      return { source: (await sourceById(tx, tenantId, id))!, opening };
    }),
  );
}

const tooMany = `A tenant has at most ${sourceLimit} event sources. Delete one that is not used.`;

/** @throws Refused missing_scope, not_found */
export async function getEventSource(deps: Deps, scope: TenantScope, id: string): Promise<EventSource> {
  requireScope(scope, "contacts:read");
  const source = isUuid(id) ? await sourceById(deps.sql, scope.tenantId, id) : null;
  return source ?? notFound();
}

const SourceCursor = z.tuple([z.uuid()]);

/** A page of sources, newest first. @throws Refused missing_scope, invalid (the cursor) */
export async function listEventSources(
  deps: Deps,
  scope: TenantScope,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ sources: EventSource[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const beforeId = cursor === undefined ? undefined : decodeCursor(cursor, SourceCursor)[0];
  const found = await sourcePage(deps.sql, scope.tenantId, { limit, beforeId });
  const sources = found.slice(0, limit);
  const hasMore = found.length > limit;
  return { sources, hasMore, cursor: hasMore ? encodeCursor([sources.at(-1)!.id]) : null };
}

/**
 * Changes a source's name or settings; its address stays. Where a password is switched on that the source does not have, it comes
 * with the next rotation, and until then everything is refused.
 * @throws Refused missing_scope, not_found, name_taken, invalid (settings)
 */
export async function changeEventSource(
  deps: Deps,
  scope: TenantScope,
  id: string,
  { name, settings }: EventSourceChange,
): Promise<EventSource> {
  requireScope(scope, "contacts:write");
  return changing(deps, scope, id, async (tx, source) => {
    const changed = changeSettings(source, settings);
    if (!changed.ok) throw new Refused({ code: "invalid", issues: changed.issues });
    requireVerificationKey(changed.kind);
    if (name !== undefined) await requireFreeName(tx, source.tenantId, name, id);
    await updateSource(tx, { ...source, name: name ?? source.name, ...changed.kind });
    return (await sourceById(tx, source.tenantId, id))!;
  });
}

/**
 * Gives a source another address and, where it asks for one, another password. From then on the former ones are nobody's.
 * @throws Refused missing_scope, not_found
 */
export async function rotateEventSource(
  deps: Deps,
  scope: TenantScope,
  id: string,
): Promise<{ source: EventSource; opening: SourceOpening }> {
  requireScope(scope, "contacts:write");
  return changing(deps, scope, id, async (tx, source) => {
    const { opening, secrets } = newSecrets(deps, source);
    await replaceSecrets(tx, source, secrets);
    return { source: (await sourceById(tx, source.tenantId, id))!, opening };
  });
}

/** Its events stay. @throws Refused missing_scope, not_found */
export async function deleteEventSource(deps: Deps, scope: TenantScope, id: string): Promise<void> {
  requireScope(scope, "contacts:write");
  await changing(deps, scope, id, (tx, { tenantId }) => deleteSource(tx, tenantId, id));
}

async function changing<T>(
  deps: Deps,
  { tenantId }: TenantScope,
  id: string,
  change: (tx: Tx, source: EventSource) => Promise<T>,
): Promise<T> {
  if (!isUuid(id)) return notFound();
  const done = await retrying(() =>
    deps.sql.begin(async (tx) => {
      const source = await lockSource(tx, tenantId, id);
      return { value: await change(tx, source ?? notFound()) };
    }),
  );
  return done.value;
}

function newSecrets(
  deps: Deps,
  { provider, settings }: SourceKind,
): { opening: SourceOpening; secrets: SourceSecrets } {
  const token = formatSourceToken(deps.random(32));
  const password = provider === "postmark" && settings.basicAuth ? secretText(deps.random(32)) : null;
  return {
    opening: { token, user: password === null ? null : sourceUser, password },
    secrets: {
      beginning: tokenBeginning(token),
      tokenHash: secretHash(token),
      passwordHash: password === null ? null : secretHash(password),
    },
  };
}

function requireVerificationKey(kind: SourceKind): void {
  if (kind.provider !== "sendgrid" || kind.settings.publicKey === null) return;
  if (verificationKey(kind.settings.publicKey) !== null) return;
  const message = "This is no public key of ECDSA over P-256. Copy the verification key from SendGrid.";
  throw invalid("settings.publicKey", "key_invalid", message);
}

async function requireFreeName(tx: Tx, tenantId: string, name: string, id: string | null): Promise<void> {
  if (await sourceNameTaken(tx, tenantId, name, id)) {
    throw new Refused({ code: "name_taken", what: "event source", name });
  }
}

function invalid(field: string, code: string, message: string): Refused {
  const issue: FieldIssue = { field, code, message };
  return new Refused({ code: "invalid", issues: [issue] });
}

function notFound(): never {
  throw new Refused({ code: "not_found", what: "event source" });
}
