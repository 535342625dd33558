import { listContactsAt } from "@roster/usecases/contacts/contact-list.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { addToList, removeOneFromList } from "@roster/usecases/lists/list-members.ts";
import {
  allLists,
  createList,
  deleteLists,
  duplicateList,
  getList,
  renameList,
} from "@roster/usecases/lists/lists.ts";
import { Router } from "express";
import { checked } from "../../input-issue.ts";
import { jsonBody } from "../body.ts";
import { replyOnce } from "../idempotency.ts";
import { ListBody, ListedQuery, mailerdashList, readListIds, readMembers } from "./list-body.ts";
import { mailerdashScope, scopeOfBody } from "./scope.ts";
import { mailerdashContact } from "./wire.ts";

/** 10,000 emails. */
const membersBytes = 4 * 1024 * 1024;
const nameBytes = 16 * 1024;

/** Static lists, by their short names. To be mounted at /lists. */
export function listRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    const lists = await allLists(deps, scope);
    res.json(lists.map((list) => mailerdashList(list, scope.tenantSlug)));
  });

  router.post("/", async (req, res) => {
    const caller = await mailerdashScope(deps, req);
    const body = await jsonBody(req, res, nameBytes);
    const scope = await scopeOfBody(deps, req, caller, body);
    const input = checked(ListBody, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 201, body: mailerdashList(await createList(deps, scope, input), scope.tenantSlug) };
    });
  });

  router.post("/delete", async (req, res) => {
    const caller = await mailerdashScope(deps, req);
    const body = await jsonBody(req, res, membersBytes);
    const scope = await scopeOfBody(deps, req, caller, body);
    const refs = readListIds(body).map((slug) => ({ slug }));
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 200, body: { deleted: await deleteLists(deps, scope, refs) } };
    });
  });

  router.get("/:id", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    const { status, ...place } = checked(ListedQuery, req.query);
    const list = await getList(deps, scope, { slug: req.params.id });
    const page = await listContactsAt(deps, scope, { listId: list.id, status, ...place });
    const { total, totalIsEstimate } = page;
    res.json({
      ...mailerdashList(list, scope.tenantSlug),
      contacts: page.contacts.map((contact) => mailerdashContact(contact, scope.tenantSlug)),
      total,
      ...place,
      ...(totalIsEstimate && { totalIsEstimate }),
    });
  });

  router.patch("/:id", async (req, res) => {
    const caller = await mailerdashScope(deps, req);
    const body = await jsonBody(req, res, nameBytes);
    const scope = await scopeOfBody(deps, req, caller, body);
    const list = await renameList(deps, scope, { slug: req.params.id }, checked(ListBody, body));
    res.json(mailerdashList(list, scope.tenantSlug));
  });

  router.delete("/:id", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    await deleteLists(deps, scope, [{ slug: req.params.id }]);
    res.status(204).end();
  });

  router.post("/:id/contacts", async (req, res) => {
    const caller = await mailerdashScope(deps, req);
    const body = await jsonBody(req, res, membersBytes);
    const scope = await scopeOfBody(deps, req, caller, body);
    const emails = readMembers(body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { added, notFound } = await addToList(deps, scope, { slug: req.params.id }, { emails });
      return { status: 200, body: { added, not_found: notFound } };
    });
  });

  router.delete("/:id/contacts/:email", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    const { id: slug, email } = req.params;
    await removeOneFromList(deps, scope, { slug }, { email });
    res.status(204).end();
  });

  router.post("/:id/duplicate", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    const { id: slug } = req.params;
    await replyOnce({ deps, scope, req, res }, null, async (deps) => {
      return {
        status: 201,
        body: mailerdashList(await duplicateList(deps, scope, { slug }), scope.tenantSlug),
      };
    });
  });

  return router;
}
