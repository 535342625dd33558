import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import { listContactsAt } from "@roster/usecases/contacts/contact-list.ts";
import {
  deleteContact,
  getContact,
  updateContact,
  upsertContact,
} from "@roster/usecases/contacts/contacts.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type Request, Router } from "express";
import type { Logger } from "pino";
import { scopeOf } from "../../authenticate.ts";
import { checked } from "../../input-issue.ts";
import { jsonBody } from "../body.ts";
import { answerErrors, noSuchRouteHere } from "../dialect.ts";
import { replyOnce } from "../idempotency.ts";
import { ContactChange, NewContact } from "./contact-body.ts";
import { misar } from "./dialect.ts";
import { importRoutes } from "./import.ts";
import { ListQuery, shownContact, shownPage } from "./wire.ts";

/** A contact's custom fields may have 64 kB; with escapes and the rest this is room enough. */
const contactBytes = 256 * 1024;

/** The dialect of the Misar API v1, to be mounted at /api/v1. */
export function misarRoutes(deps: Deps, logger: Logger): Router {
  const router = Router();
  router.use(
    "/contacts",
    importRoutes(deps, (req) => misarScope(deps, req)),
    contactRoutes(deps),
  );
  router.use(noSuchRouteHere, answerErrors(misar, logger));
  return router;
}

function contactRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await misarScope(deps, req);
    const { page, limit, selection } = checked(ListQuery, req.query);
    const place = { limit, offset: (page - 1) * limit };
    const found = await listContactsAt(deps, scope, { ...selection, ...place });
    res.json(shownPage({ page, limit }, found));
  });

  router.post("/", async (req, res) => {
    const scope = await misarScope(deps, req);
    const body = await jsonBody(req, res, contactBytes);
    const input = checked(NewContact, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { contact } = await upsertContact(deps, scope, input, { onExisting: "refuse" });
      return { status: 201, body: { success: true, contact: shownContact(contact) } };
    });
  });

  router.get("/:id", async (req, res) => {
    const scope = await misarScope(deps, req);
    const contact = await getContact(deps, scope, req.params.id);
    res.json({ success: true, contact: shownContact(contact) });
  });

  router.patch("/:id", async (req, res) => {
    const scope = await misarScope(deps, req);
    const input = checked(ContactChange, await jsonBody(req, res, contactBytes));
    const contact = await updateContact(deps, scope, req.params.id, input);
    res.json({ success: true, contact: shownContact(contact) });
  });

  router.delete("/:id", async (req, res) => {
    const scope = await misarScope(deps, req);
    await deleteContact(deps, scope, req.params.id);
    res.json({ success: true });
  });

  return router;
}

/** Who calls; X-Tenant-Id names another tenant of the same account. */
function misarScope(deps: Deps, req: Request): Promise<CallerScope> {
  return scopeOf(deps, { authorization: req.headers.authorization, tenant: req.get("x-tenant-id") });
}
