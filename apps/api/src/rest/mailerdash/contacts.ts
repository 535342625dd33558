import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { exportContactsCsv } from "@roster/usecases/contacts/contact-export.ts";
import { listContactsAt } from "@roster/usecases/contacts/contact-list.ts";
import {
  deleteContact,
  getContact,
  updateContact,
  upsertContact,
} from "@roster/usecases/contacts/contacts.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { checked } from "../../input-issue.ts";
import { jsonBody } from "../body.ts";
import { replyOnce } from "../idempotency.ts";
import { ContactChange, NewContact } from "./contact-body.ts";
import { mailerdashScope, scopeOfBody } from "./scope.ts";
import { csvColumns, ListQuery, mailerdashContact } from "./wire.ts";

/** A contact's metadata may have 64 kB; with escapes and the rest this is room enough. */
const contactBytes = 256 * 1024;

/** One contact at a time, and the list. To be mounted at /contacts. */
export function contactRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    const { place, selection, format } = checked(ListQuery, req.query);
    if (format === "csv") {
      const lines = exportContactsCsv(deps, scope, selection, csvColumns(scope.tenantSlug));
      res.type("text/csv; charset=utf-8").attachment("contacts.csv");
      return pipeline(Readable.from(lines), res);
    }
    const page = await listContactsAt(deps, scope, { ...selection, ...place });
    const contacts = page.contacts.map((contact) => mailerdashContact(contact, scope.tenantSlug));
    const { total, totalIsEstimate } = page;
    res.json({ contacts, total, ...place, ...(totalIsEstimate && { totalIsEstimate }) });
  });

  router.post("/", async (req, res) => {
    const caller = await mailerdashScope(deps, req);
    const body = await jsonBody(req, res, contactBytes);
    const scope = await scopeOfBody(deps, req, caller, body);
    const input = checked(NewContact, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { contact } = await upsertContact(deps, scope, input);
      return { status: 201, body: mailerdashContact(contact, scope.tenantSlug) };
    });
  });

  router.get("/:email", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    const contact = await getContact(deps, scope, { email: req.params.email });
    res.json(mailerdashContact(contact, scope.tenantSlug));
  });

  router.patch("/:email", async (req, res) => {
    const caller = await mailerdashScope(deps, req);
    const body = await jsonBody(req, res, contactBytes);
    const scope = await scopeOfBody(deps, req, caller, body);
    const input = checked(ContactChange, body);
    const contact = await updateContact(deps, scope, { email: req.params.email }, input);
    res.json(mailerdashContact(contact, scope.tenantSlug));
  });

  router.delete("/:email", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    await deleteContact(deps, scope, { email: req.params.email });
    res.status(204).end();
  });

  return router;
}
