import { DuplicateEvidence } from "@roster/domain/duplicates/duplicate-key.ts";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { listDuplicates, startDuplicateSearch } from "@roster/usecases/duplicates/duplicates.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";

const bodyBytes = 1024;

/** A search takes no options: a body, if there is one, is empty. */
export const SearchBody = z.strictObject({});

export const DuplicatesQuery = z.strictObject({
  limit: pageLimit({ default: 20, max: 100 }),
  cursor: Cursor,
  evidence: DuplicateEvidence.optional().describe("Only groups that share this."),
});

/** Contacts who are likely the same person. To be mounted at /contacts, before the routes of one contact. */
export function duplicateRoutes(deps: Deps): Router {
  const router = Router();

  router.post("/duplicates/run", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = checked(SearchBody, (await jsonBody(req, res, bodyBytes)) ?? {});
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 202, body: one(await startDuplicateSearch(deps, scope)) };
    });
  });

  router.get("/duplicates", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listDuplicates(deps, scope, checked(DuplicatesQuery, req.query));
    const groups = page.groups.map((group) => ({ ...group, contacts: group.contacts.map(houseContact) }));
    res.json({ ...many(groups, page), run: page.run, runningJobId: page.runningJobId });
  });

  return router;
}
