import { KeyName, KeyPrefix, Scope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { issueKey, type ListedKey, listKeys, revokeKey } from "@roster/usecases/accounts/keys.ts";
import { z } from "zod";
import { procedure, router, unrepeated } from "./init.ts";

const NewKey = z.strictObject({
  /** The UUID or slug of the key's home; left out, that of the key that asks. */
  tenant: z.string().optional(),
  prefix: KeyPrefix.default("sk"),
  scopes: z.array(Scope).min(1).max(Scope.options.length),
  /** What it is for. */
  name: KeyName.optional(),
  /** ISO 8601. */
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
});

/** A key on the wire: times are ISO 8601 texts. */
function shown({ createdAt, lastUsedAt, expiresAt, revokedAt, ...key }: ListedKey) {
  return {
    ...key,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

/** The keys of the account, for keys with the scope `admin`. */
export const keys = router({
  /** Makes a key and shows it, the only time that it can be seen. */
  create: unrepeated.input(NewKey).mutation(({ ctx, input: { tenant = ctx.scope.tenantId, ...wish } }) => {
    if (wish.expiresAt !== undefined && wish.expiresAt <= ctx.deps.now()) {
      const message = "This lies in the past. Give a time ahead, or leave it out.";
      throw new Refused({
        code: "invalid",
        issues: [{ field: "expiresAt", code: "expiry_invalid", message }],
      });
    }
    return issueKey(ctx.deps, ctx.scope, { ...wish, tenant });
  }),

  /** All of them, newest first, also those that no longer work; of one tenant, where its UUID or slug is given. */
  list: procedure
    .input(z.strictObject({ tenant: z.string().optional() }).default({}))
    .query(async ({ ctx, input }) => (await listKeys(ctx.deps, ctx.scope, input)).map(shown)),

  /** For good; within two seconds no process takes the key any more. */
  revoke: procedure
    .input(z.strictObject({ id: z.string() }))
    .mutation(async ({ ctx, input }) => shown(await revokeKey(ctx.deps, ctx.scope, input.id))),
});
