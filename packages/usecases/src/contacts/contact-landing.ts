import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { WritePolicy } from "@roster/domain/contacts/write-policy.ts";
import { lockContacts } from "@roster/store/contacts/contact-lock.ts";
import type { StampsById } from "@roster/store/contacts/contact-write.ts";
import { type Db, inside } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import type { Decision } from "./contact-decision.ts";
import { writeDecision } from "./contact-write.ts";
import type { Origin } from "./write-origin.ts";

/**
 * Decides without locks and writes what was decided, in one transaction. Whoever finds that another was faster locks the
 * contacts that it is about, decides anew, and writes: so any number of writers of one contact take turns.
 * @param write.decide reads and decides, by the deps that it is given; may throw refusals
 * @param answer makes of it what the caller is told, beside what was written
 * @throws Refused busy, plan_limit_exceeded, not_found (the list), and whatever `decide` throws
 */
export function landDecision<T>(
  deps: Deps,
  scope: TenantScope,
  write: { policy: WritePolicy; origin: Origin; decide: (deps: Deps) => Promise<Decision> },
  answer: (db: Db, decision: Decision, stamps: StampsById) => T | Promise<T>,
): Promise<T> {
  const { policy, origin, decide } = write;
  let turns = 0;
  return retrying(async () => {
    if (turns++ === 0) {
      const decision = await decide(deps);
      if (!changesSomething(decision)) return answer(deps.sql, decision, new Map());
      return deps.sql.begin(async (tx) =>
        answer(tx, decision, await writeDecision(deps, tx, scope, decision, policy, origin)),
      ) as Promise<T>;
    }
    return deps.sql.begin(async (tx) => {
      const within = { ...deps, sql: inside(tx) };
      const { updated } = await decide(within);
      const ids = updated.map(({ before }) => before.id);
      await lockContacts(tx, scope.tenantId, ids);
      const decision = await decide(within);
      return answer(tx, decision, await writeDecision(within, tx, scope, decision, policy, origin));
    }) as Promise<T>;
  });
}

function changesSomething({ created, updated, listId }: Decision): boolean {
  return created.length > 0 || updated.length > 0 || listId !== null;
}
