import { lookUpContacts, lookupLimit } from "@roster/usecases/contacts/contact-lookup.ts";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { houseScope } from "../scope.ts";

/** A thousand emails and a thousand externalIds. */
const lookupBytes = 1024 * 1024;

const Texts = z
  .array(z.string("Send a list of texts."), "Send a list of texts.")
  .max(lookupLimit, `At most ${lookupLimit} fit in one request. Split them.`);

export const LookupBody = z
  .strictObject(
    { emails: Texts.optional(), externalIds: Texts.optional() },
    "Send a JSON object with emails or externalIds, with Content-Type: application/json.",
  )
  .refine(
    ({ emails, externalIds }) => emails !== undefined || externalIds !== undefined,
    "Say whom you look for: send emails, externalIds, or both.",
  );

/** Who is there. To be mounted at /contacts, before the routes of one contact. */
export function lookupRoutes(deps: Deps): Router {
  const router = Router();

  router.post("/lookup", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { emails = [], externalIds = [] } = checked(LookupBody, await jsonBody(req, res, lookupBytes));
    const { found, notFound } = await lookUpContacts(deps, scope, { emails, externalIds });
    res.json({ success: true, data: { found: found.map(houseContact), notFound } });
  });

  return router;
}
