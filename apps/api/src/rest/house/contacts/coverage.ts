import { coverageByField, coverageByLocale } from "@roster/usecases/contacts/coverage.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { houseScope } from "../scope.ts";

/** What is known of how many contacts. To be mounted at /contacts, before the routes of one contact. */
export function coverageRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/fields", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { fields, contacts } = await coverageByField(deps, scope);
    const data = fields.map(({ name, type, custom, share }) => ({ name, type, custom, share }));
    res.json({ success: true, data, contacts });
  });

  router.get("/field-coverage", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { fields, contacts, complete } = await coverageByField(deps, scope);
    res.json({ success: true, data: fields, contacts, complete });
  });

  router.get("/locale-coverage", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { locales, complete } = await coverageByLocale(deps, scope);
    res.json({ success: true, data: locales, complete });
  });

  return router;
}
