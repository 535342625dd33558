import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { overlaidFields } from "@roster/domain/contacts/attribute-overlay.ts";
import type { ContactField } from "@roster/domain/contacts/contact-field.ts";
import { lookUpContacts } from "@roster/usecases/contacts/contact-lookup.ts";
import { coverageByField } from "@roster/usecases/contacts/coverage.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type Request, Router } from "express";
import { z } from "zod";
import { checked } from "../../input-issue.ts";
import { jsonBody } from "../body.ts";
import { plunkContact } from "./wire.ts";

/** The published limit. */
const mostEmails = 500;
const lookupBytes = 512 * 1024;

export const LookupBody = z.object(
  {
    emails: z
      .array(z.string("Send a list of emails."), "Send a list of emails.")
      .min(1, "Name at least one email.")
      .max(mostEmails, `At most ${mostEmails} emails fit in one request. Split them.`),
  },
  "Send a JSON object with emails, with Content-Type: application/json.",
);

/** Who is there, and what is known of them. To be mounted before the routes of one contact. */
export function lookupRoutes(deps: Deps, scopeOf: (req: Request) => Promise<TenantScope>): Router {
  const router = Router();

  router.post("/lookup", async (req, res) => {
    const scope = await scopeOf(req);
    const { emails } = checked(LookupBody, await jsonBody(req, res, lookupBytes));
    const { found, notFound } = await lookUpContacts(deps, scope, { emails });
    res.json({ found: found.map(plunkContact), notFound });
  });

  router.get("/fields", async (req, res) => {
    const scope = await scopeOf(req);
    const fields = (await coverageByField(deps, scope)).fields.flatMap(shownField);
    res.json({ fields, count: fields.length });
  });

  return router;
}

/** A field as this API shows contacts; none for what it does not show. */
function shownField({ name, type, custom, share }: ContactField) {
  const coverage = Math.round(share * 10_000) / 100;
  if (custom) return [{ field: name.replace(/^metadata\./, "data."), type, coverage }];
  if (name === "status") return [{ field: "subscribed", type: "boolean", coverage }];
  if (overlaidFields.includes(name)) return [{ field: `data.${name}`, type, coverage }];
  return ["email", "createdAt", "updatedAt"].includes(name) ? [{ field: name, type, coverage }] : [];
}
