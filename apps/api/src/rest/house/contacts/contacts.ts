import { findContacts } from "@roster/usecases/contacts/contact-find.ts";
import {
  deleteContact,
  eraseContact,
  getContact,
  updateContact,
  upsertContact,
} from "@roster/usecases/contacts/contacts.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { shownErasure } from "../history/erasures.ts";
import { houseScope } from "../scope.ts";
import { one } from "../wire.ts";
import { ContactChange, ContactUpsert, NewContact } from "./contact-body.ts";
import { contactIdOf } from "./contact-path.ts";
import { CreateQuery, DeleteQuery, ListQuery } from "./contact-query.ts";
import { contactList, type Form, oneContact } from "./contact-wire.ts";

/** A contact's metadata may have 64 kB; with escapes and the rest this is room enough. */
const contactBytes = 256 * 1024;

/** One contact at a time, and the list. To be mounted at /contacts, behind the routes of other names. */
export function contactRoutes(deps: Deps, form: Form): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const query = checked(ListQuery, req.query);
    res.json(contactList(await findContacts(deps, scope, query), query, form));
  });

  router.post("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { upsert } = checked(CreateQuery, req.query);
    const body = await jsonBody(req, res, contactBytes);
    const input = checked(upsert ? ContactUpsert : NewContact, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const onExisting = upsert ? "merge" : "refuse";
      const { contact, isNew } = await upsertContact(deps, scope, input, { onExisting });
      return { status: isNew ? 201 : 200, body: oneContact(contact, form) };
    });
  });

  router.put("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const input = checked(ContactUpsert, await jsonBody(req, res, contactBytes));
    const { contact, isNew } = await upsertContact(deps, scope, input);
    res.status(isNew ? 201 : 200).json(oneContact(contact, form));
  });

  router.get("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(oneContact(await getContact(deps, scope, contactIdOf(req.params.id)), form));
  });

  router.patch("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    const input = checked(ContactChange, await jsonBody(req, res, contactBytes));
    const contact = await updateContact(deps, scope, contactIdOf(req.params.id), input, { emailStays: true });
    res.json(oneContact(contact, form));
  });

  router.delete("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { erase } = checked(DeleteQuery, req.query);
    const id = contactIdOf(req.params.id);
    if (erase) return void res.json(one(shownErasure(await eraseContact(deps, scope, id))));
    await deleteContact(deps, scope, id);
    res.json({ success: true });
  });

  return router;
}
