import { createTenant, listTenants, renameTenant } from "@roster/usecases/accounts/tenants.ts";
import { z } from "zod";
import { procedure, router } from "./init.ts";

/** The tenants of the account, for keys with the scope `admin`. */
export const tenants = router({
  create: procedure
    .input(z.strictObject({ slug: z.string() }))
    .mutation(({ ctx, input }) => createTenant(ctx.deps, ctx.scope, input)),

  /** All of them, by their slugs, with how many contacts and working keys each has. */
  list: procedure.query(async ({ ctx }) => {
    const tenants = await listTenants(ctx.deps, ctx.scope);
    return tenants.map(({ createdAt, ...tenant }) => ({ ...tenant, createdAt: createdAt.toISOString() }));
  }),

  /** Gives a tenant, named by its UUID or present slug, another slug. */
  rename: procedure
    .input(z.strictObject({ tenant: z.string(), slug: z.string() }))
    .mutation(({ ctx, input }) => renameTenant(ctx.deps, ctx.scope, input)),
});
