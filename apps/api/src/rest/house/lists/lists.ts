import type { Deps } from "@roster/usecases/deps.ts";
import {
  createList,
  deleteLists,
  duplicateList,
  getList,
  listLists,
  renameList,
} from "@roster/usecases/lists/lists.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";
import { DuplicateBody, ListBody, ListsQuery } from "./list-body.ts";
import { houseList } from "./list-wire.ts";

const nameBytes = 16 * 1024;

/** Static lists. To be mounted at /lists. */
export function listRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listLists(deps, scope, checked(ListsQuery, req.query));
    res.json(many(page.lists.map(houseList), page));
  });

  router.post("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = await jsonBody(req, res, nameBytes);
    const input = checked(ListBody, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 201, body: one(houseList(await createList(deps, scope, input))) };
    });
  });

  router.get("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(houseList(await getList(deps, scope, req.params.id))));
  });

  router.patch("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    const input = checked(ListBody, await jsonBody(req, res, nameBytes));
    res.json(one(houseList(await renameList(deps, scope, req.params.id, input))));
  });

  router.delete("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    await deleteLists(deps, scope, [req.params.id]);
    res.json({ success: true });
  });

  router.post("/:id/duplicate", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = await jsonBody(req, res, nameBytes);
    const input = checked(DuplicateBody, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const copy = await duplicateList(deps, scope, req.params.id, input);
      return { status: 201, body: one(houseList(copy)) };
    });
  });

  return router;
}
