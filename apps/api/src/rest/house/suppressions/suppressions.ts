import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { SuppressionEntry } from "@roster/domain/suppressions/suppression-entry.ts";
import { requireScope } from "@roster/usecases/accounts/authentication.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { checkSuppressions } from "@roster/usecases/suppressions/suppression-check.ts";
import {
  addSuppressions,
  listSuppressions,
  removeSuppression,
} from "@roster/usecases/suppressions/suppressions.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";
import { CheckBody, NewSuppressions, RemovalQuery, SuppressionsQuery } from "./suppression-body.ts";

/** 10,000 addresses of 254 bytes, with what JSON adds. */
const listBytes = 4 * 1024 * 1024;

/** Addresses that are not to be mailed. To be mounted at /suppressions. */
export function suppressionRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listSuppressions(deps, scope, checked(SuppressionsQuery, req.query));
    const shown = page.entries.map(({ email, ...entry }) => ({ ...shownEntry(entry), email }));
    res.json(many(shown, page));
  });

  router.post("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    // Judged before a body is taken.
    requireScope(scope, "contacts:write");
    const body = await jsonBody(req, res, listBytes);
    const input = checked(NewSuppressions, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { counters, failures } = await addSuppressions(deps, scope, input);
      const { created, updated, unchanged, duplicate, failed } = counters;
      const report = { created, updated, unchanged, duplicate, failed, errors: failures };
      return { status: 200, body: { success: true, ...report } };
    });
  });

  router.post("/check", async (req, res) => {
    const scope = await houseScope(deps, req);
    requireScope(scope, "contacts:read");
    const { emails } = checked(CheckBody, await jsonBody(req, res, listBytes));
    const { suppressed, ...others } = await checkSuppressions(deps, scope, emails);
    const shown = suppressed.map(({ email, status, entry, contact }) => ({
      email,
      status,
      entry: entry === null ? null : shownEntry(entry),
      contact: contact === null ? null : { id: toHouseId(contact.id), status: contact.status },
    }));
    res.json(one({ suppressed: shown, ...others }));
  });

  router.delete("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    await removeSuppression(deps, scope, req.params.id, checked(RemovalQuery, req.query));
    res.json({ success: true });
  });

  return router;
}

/** An entry without its address. */
export function shownEntry({ id, status, reason, source, createdAt }: SuppressionEntry) {
  return { id, status, reason, source, createdAt: createdAt.toISOString() };
}
