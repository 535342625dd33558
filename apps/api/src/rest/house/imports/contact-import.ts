import { requireBulkImport, requireScope } from "@roster/usecases/accounts/authentication.ts";
import { upsertContacts } from "@roster/usecases/contacts/contact-upserts.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { shownProblem } from "../contacts/contact-wire.ts";
import { houseScope } from "../scope.ts";
import { type ImportItem, readImport } from "./contact-import-body.ts";

/** 10,000 contacts of 1 kB. */
const importBytes = 10 * 1024 * 1024;

/** A list of contacts that is imported while its sender waits. To be mounted at /contacts. */
export function contactImportRoutes(deps: Deps): Router {
  const router = Router();
  router.post("/import", async (req, res) => {
    const scope = await houseScope(deps, req);
    // Judged before a body is taken.
    requireScope(scope, "contacts:write");
    requireBulkImport(scope);
    const body = await jsonBody(req, res, importBytes);
    const { items, policy } = readImport(body, req.query);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const contacts = items.flatMap((item) => ("input" in item ? [item.input] : []));
      const done = await upsertContacts(deps, scope, { contacts, policy });
      return { status: 200, body: shownImport(items, done) };
    });
  });
  return router;
}

function shownImport(
  items: readonly ImportItem[],
  { outcomes, report }: Awaited<ReturnType<typeof upsertContacts>>,
) {
  let next = 0;
  const errors = items.flatMap(({ index, email, ...read }): object[] => {
    if ("issue" in read) return [{ index, email, ...read.issue }];
    const outcome = outcomes[next++]!;
    return outcome.kind === "failed" ? [{ index, email, ...shownProblem(outcome.problem) }] : [];
  });
  const { created, updated, unchanged, duplicate, skipped } = report.counters;
  return {
    success: true,
    imported: created + updated + unchanged + duplicate,
    created,
    updated,
    unchanged,
    duplicate,
    skipped,
    failed: errors.length,
    reasons: report.reasons,
    errors,
  };
}
