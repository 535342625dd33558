import { fromHouseId } from "@roster/domain/contacts/house-id.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { listContacts } from "@roster/usecases/contacts/contact-list.ts";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import {
  addToList,
  listsOfContact,
  removeFromList,
  removeOneFromList,
} from "@roster/usecases/lists/list-members.ts";
import { getList } from "@roster/usecases/lists/lists.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";
import { ListedQuery, readMembers } from "./list-body.ts";
import { houseList } from "./list-wire.ts";

/** 10,000 emails. */
const membersBytes = 4 * 1024 * 1024;

/** Who is on a list. To be mounted at /lists. */
export function listContactRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/:id/contacts", async (req, res) => {
    const scope = await houseScope(deps, req);
    const query = checked(ListedQuery, req.query);
    const { id: listId } = await getList(deps, scope, req.params.id);
    const { contacts, total, totalIsEstimate, ...place } = await listContacts(deps, scope, {
      ...query,
      listId,
    });
    res.json({
      ...many(contacts.map(houseContact), place),
      total,
      ...(totalIsEstimate && { totalIsEstimate }),
    });
  });

  router.post("/:id/contacts", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = await jsonBody(req, res, membersBytes);
    const who = readMembers(body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 200, body: one(await addToList(deps, scope, req.params.id, who)) };
    });
  });

  router.delete("/:id/contacts", async (req, res) => {
    const scope = await houseScope(deps, req);
    const who = readMembers(await jsonBody(req, res, membersBytes));
    res.json(one(await removeFromList(deps, scope, req.params.id, who)));
  });

  router.delete("/:id/contacts/:contactId", async (req, res) => {
    const scope = await houseScope(deps, req);
    await removeOneFromList(deps, scope, req.params.id, { id: req.params.contactId });
    res.json({ success: true });
  });

  return router;
}

/** The lists that a contact is on. To be mounted at /contacts. */
export function contactListRoutes(deps: Deps): Router {
  const router = Router();
  router.get("/:id/lists", async (req, res) => {
    const scope = await houseScope(deps, req);
    const id = fromHouseId(req.params.id);
    if (id === null) throw new Refused({ code: "not_found", what: "contact" });
    const lists = await listsOfContact(deps, scope, id);
    res.json(one(lists.map(({ addedAt, ...list }) => ({ ...houseList(list), addedAt }))));
  });
  return router;
}
