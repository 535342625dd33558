import { upsertContacts } from "@roster/usecases/contacts/contact-upserts.ts";
import { deleteContactsByEmail, lookUpEmails } from "@roster/usecases/contacts/contacts-by-email.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { jsonBody } from "../body.ts";
import { replyOnce } from "../idempotency.ts";
import {
  type FailedItem,
  readEmails,
  readImportItems,
  readImportPolicy,
  readPreviewEmails,
} from "./bulk-body.ts";
import { mailerdashScope, scopeOfBody } from "./scope.ts";

/** 10,000 contacts of 1 kB. */
const bulkBytes = 10 * 1024 * 1024;

/** Many contacts in one request. To be mounted at /contacts, before the routes of one contact. */
export function bulkRoutes(deps: Deps): Router {
  const router = Router();

  router.post("/import", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    const policy = readImportPolicy(req.query);
    const body = await jsonBody(req, res, bulkBytes);
    const { items, failed } = readImportItems(body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const contacts = items.map(({ input }) => input);
      const { outcomes, report } = await upsertContacts(deps, scope, { contacts, policy });
      const refused = outcomes.flatMap((outcome, at): FailedItem[] => {
        if (outcome.kind !== "failed") return [];
        const { index, input } = items[at]!;
        return [{ index, email: input.email ?? null, error: outcome.problem.message }];
      });
      const { created, updated, unchanged, duplicate } = report.counters;
      const errors = [...failed, ...refused].sort((a, b) => a.index - b.index);
      return {
        status: 207,
        body: { created, updated: updated + unchanged + duplicate, failed: errors.length, errors },
      };
    });
  });

  router.post("/import-preview", async (req, res) => {
    const caller = await mailerdashScope(deps, req);
    const body = await jsonBody(req, res, bulkBytes);
    const scope = await scopeOfBody(deps, req, caller, body);
    const texts = readPreviewEmails(body);
    const { emails, existing } = await lookUpEmails(deps, scope, texts);
    res.json({ existing, total_unique: emails.length, total_received: texts.length });
  });

  router.post("/delete", async (req, res) => {
    const caller = await mailerdashScope(deps, req);
    const body = await jsonBody(req, res, bulkBytes);
    const scope = await scopeOfBody(deps, req, caller, body);
    const texts = readEmails(body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { deleted, notFound, forbidden } = await deleteContactsByEmail(deps, scope, texts, {
        tellsForbidden: true,
      });
      const requested = texts.length;
      return {
        status: 200,
        body: { requested, deleted: deleted.length, not_found: notFound, forbidden },
      };
    });
  });

  return router;
}
