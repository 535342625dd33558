import type { FedChange } from "@roster/domain/contacts/contact-change.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { listContactChanges } from "@roster/usecases/contacts/change-feed.ts";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { houseScope } from "../scope.ts";
import { many } from "../wire.ts";

export const ChangesQuery = z.strictObject({
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor.describe("Where the last page ended; the feed's beginning where it is absent."),
});

/** What became of the contacts, for whoever keeps a copy. To be mounted at /contacts, before the routes of one contact. */
export function changeRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/changes", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listContactChanges(deps, scope, checked(ChangesQuery, req.query));
    res.json({ ...many(page.changes.map(houseChange), page), reset: page.reset });
  });

  return router;
}

function houseChange(change: FedChange) {
  const at = change.at.toISOString();
  if (change.type === "deleted") return { type: change.type, id: toHouseId(change.id), at };
  return { type: change.type, contact: houseContact(change.contact), at };
}
