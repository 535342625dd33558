import { z } from "zod";
import type { FieldIssue } from "../refusal.ts";
import { secretForm, secretText } from "../text/base62.ts";
import { StorableText } from "../text/storable-text.ts";
import type { Plan } from "./plan.ts";

/** What a key may do: `contacts` is reading and writing, `admin` is everything, in every tenant of its account. */
export const Scope = z.enum(["contacts:read", "contacts:write", "contacts", "admin"]);
export type Scope = z.infer<typeof Scope>;

/** What a use case can ask for. */
export type NeededScope = "contacts:read" | "contacts:write" | "admin";

/**
 * In whose name something happens: the first argument of every use case after its deps, and the only place from which
 * a tenant is taken.
 */
export type TenantScope = {
  accountId: string;
  tenantId: string;
  /** null where no key is behind it: a job, or the operator at the command line. */
  keyId: string | null;
  granted: readonly Scope[];
  /** Most contacts of the account under its plan; null is no limit. */
  contactLimit: number | null;
};

/** In whose account something is administered, by a key with the scope `admin` or by the operator. */
export type AccountScope = Pick<TenantScope, "accountId" | "granted">;

/** The scope of somebody who called with a key. */
export type CallerScope = TenantScope &
  Pick<Plan, "bulkImport" | "requestsPerMinute"> & {
    keyId: string;
    /** How people name the tenant. */
    tenantSlug: string;
  };

const satisfying: Record<NeededScope, ReadonlySet<Scope>> = {
  "contacts:read": new Set(["contacts:read", "contacts", "admin"]),
  "contacts:write": new Set(["contacts:write", "contacts", "admin"]),
  admin: new Set(["admin"]),
};

/** Whether the scopes of a key are enough. */
export function allows(granted: readonly Scope[], needed: NeededScope): boolean {
  return granted.some((scope) => satisfying[needed].has(scope));
}

export type ScopesResult = { ok: true; scopes: Scope[] } | { ok: false; issue: FieldIssue };

/** The scopes in a list such as `contacts:read,admin`, each once; at least one, and none that is unknown. */
export function parseScopes(text: string): ScopesResult {
  const words = new Set(
    text
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  );
  const scopes = z
    .array(Scope)
    .min(1)
    .safeParse([...words]);
  if (scopes.success) return { ok: true, scopes: scopes.data };
  const unknown = [...words].find((word) => !Scope.safeParse(word).success);
  const fault = unknown === undefined ? "No scope is given." : `There is no scope ${unknown}.`;
  const message = `${fault} Give one or more of ${Scope.options.join(", ")}, with commas between them.`;
  return { ok: false, issue: { field: "scopes", code: "scope_invalid", message } };
}

/** What a key is for, in its owner's words. */
export const KeyName = StorableText.trim().min(1).max(100);

/** How a key begins. On two dialects it decides which routes it reaches. Read with or without the underscore behind it. */
export const KeyPrefix = z
  .string()
  .transform((text) => (text.endsWith("_") ? text.slice(0, -1) : text))
  .pipe(z.enum(["sk", "md", "msk", "mc_live", "mc_test"]));
export type KeyPrefix = z.infer<typeof KeyPrefix>;

/** Characters of the secret that a list of keys shows: enough to tell keys apart, and no help to a guesser. */
const shownDigits = 4;

/** The first characters of a key, by which its owner recognises it. */
export function keyBeginning(key: string): string {
  return key.slice(0, key.lastIndexOf("_") + 1 + shownDigits);
}

/**
 * A key as its owner sees it, once: the prefix, `_`, and 43 digits of base 62.
 * @param random 32 fresh random bytes, the secret
 * @throws RangeError for another number of bytes, which is a fault of the program
 */
export function formatKey(prefix: KeyPrefix, random: Uint8Array): string {
  return `${prefix}_${secretText(random)}`;
}

const keyForm = new RegExp(`^(sk|md|msk|mc_live|mc_test)_${secretForm}$`);

/** The prefix of a key; null for a text that no key of ours reads like, which needs no look-up to be turned away. */
export function keyPrefixOf(key: string): KeyPrefix | null {
  const prefix = keyForm.exec(key)?.[1];
  return prefix === undefined ? null : KeyPrefix.parse(prefix);
}
