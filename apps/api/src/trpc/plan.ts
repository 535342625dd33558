import { getPlan } from "@roster/usecases/accounts/plans.ts";
import { procedure, router } from "./init.ts";

/** What the account may have and has, for keys with the scope `admin`; the plan is the operator's to change. */
export const plan = router({
  get: procedure.query(({ ctx }) => getPlan(ctx.deps, ctx.scope)),
});
