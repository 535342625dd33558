import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import { importWritePolicy } from "@roster/domain/imports/import-policy.ts";
import { requireBulkImport, requireScope } from "@roster/usecases/accounts/authentication.ts";
import { upsertContacts } from "@roster/usecases/contacts/contact-upserts.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type Request, Router } from "express";
import { replyOnce } from "../idempotency.ts";
import { type ContactImport, readImport } from "./import-body.ts";

/** Imports within one request. To be mounted at /contacts, before the routes of one contact. */
export function importRoutes(deps: Deps, scopeOf: (req: Request) => Promise<CallerScope>): Router {
  const router = Router();
  router.post("/import", async (req, res) => {
    const scope = await scopeOf(req);
    // Judged before a byte is taken.
    requireScope(scope, "contacts:write");
    requireBulkImport(scope);
    const given = await readImport(req, res);
    await replyOnce({ deps, scope, req, res }, given.content, async (deps) => {
      return { status: 200, body: await importNow(deps, scope, given) };
    });
  });
  return router;
}

async function importNow(deps: Deps, scope: CallerScope, { rows, policy }: ContactImport) {
  const contacts = rows.flatMap((row) => ("input" in row ? [row.input] : []));
  const done = await upsertContacts(deps, scope, { contacts, policy: importWritePolicy(policy) });
  let next = 0;
  const errors = rows.flatMap(({ row, email, ...read }) => {
    if ("error" in read) return [{ row, email, error: read.error }];
    const outcome = done.outcomes[next++]!;
    return outcome.kind === "failed" ? [{ row, email, error: outcome.problem.message }] : [];
  });
  const { created, updated, unchanged, duplicate, skipped } = done.report.counters;
  return {
    success: true,
    imported: created,
    updated: updated + unchanged + duplicate,
    skipped: skipped + errors.length,
    reasons: done.report.reasons,
    errors,
  };
}
