import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { mergeLimit } from "@roster/domain/duplicates/contact-merge.ts";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { undoMerge } from "@roster/usecases/duplicates/merge-undo.ts";
import {
  getMerge,
  listMerges,
  type MergeView,
  mergeContacts,
  previewMerge,
} from "@roster/usecases/duplicates/merges.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";

import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";

const bodyBytes = 64 * 1024;

/** Who is one person. */
export const MergeBody = z.strictObject(
  {
    keep: z.string("Send the id of a contact.").describe("The contact that stays. Its own values win."),
    merge: z
      .array(z.string("Send the id of a contact."), "Send a list of ids.")
      .describe(
        `The contacts that it takes up, at most ${mergeLimit}, in the order in which their values count. They are deleted.`,
      ),
    dryRun: z
      .boolean("dryRun is true or false.")
      .default(false)
      .describe("Only show what the kept contact would be."),
  },
  "Send a JSON object, with Content-Type: application/json.",
);

/** An undo takes no options: a body, if there is one, is empty. */
export const UndoMergeBody = z.strictObject({});

export const MergesQuery = z.strictObject({ limit: pageLimit({ default: 50, max: 1000 }), cursor: Cursor });

/** The path of one merge. */
export const MergePath = z.object({ id: z.string().describe("The merge's id, a UUID.") });

/** A merge in this dialect's form. */
function houseMerge({ keptId, merged, ...merge }: MergeView) {
  return {
    id: merge.id,
    keptId: toHouseId(keptId),
    merged: merged.map(({ id, email }) => ({ id: toHouseId(id), email })),
    createdAt: merge.createdAt,
    undoneAt: merge.undoneAt,
    undoable: merge.undoable,
  };
}

/** Contacts that become one, and part again. To be mounted at /contacts, before the routes of one contact. */
export function mergeRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/merges", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listMerges(deps, scope, checked(MergesQuery, req.query));
    res.json(many(page.merges.map(houseMerge), page));
  });

  router.post("/merges", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = checked(MergeBody, await jsonBody(req, res, bodyBytes));
    const { dryRun, ...wish } = body;
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      if (dryRun) {
        const { contact } = await previewMerge(deps, scope, wish);
        return { status: 200, body: one({ merge: null, contact: houseContact(contact) }) };
      }
      const { merge, contact } = await mergeContacts(deps, scope, wish);
      return { status: 201, body: one({ merge: houseMerge(merge), contact: houseContact(contact) }) };
    });
  });

  router.get("/merges/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(houseMerge(await getMerge(deps, scope, req.params.id))));
  });

  router.post("/merges/:id/undo", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = checked(UndoMergeBody, (await jsonBody(req, res, bodyBytes)) ?? {});
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { merge, contact, returned, rest } = await undoMerge(deps, scope, req.params.id);
      const shown = { contact: houseContact(contact), returned: returned.map(houseContact), rest };
      return { status: 200, body: one({ merge: houseMerge(merge), ...shown }) };
    });
  });

  return router;
}
