import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type ContactData, getContactData } from "@roster/usecases/history/contact-data.ts";
import { Router } from "express";
import { contactIdOf } from "../contacts/contact-path.ts";
import { houseScope } from "../scope.ts";
import { shownEntry } from "../suppressions/suppressions.ts";
import { one } from "../wire.ts";

/** Everything that is held about a contact. To be mounted at /contacts. */
export function contactDataRoutes(deps: Deps): Router {
  const router = Router();
  router.get("/:id/data", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(shownData(await getContactData(deps, scope, contactIdOf(req.params.id)))));
  });
  return router;
}

function shownData({ contact, suppression, records, copies }: ContactData) {
  const files = copies.files.map(({ receivedAt, ...file }) => ({
    ...file,
    receivedAt: receivedAt.toISOString(),
  }));
  return {
    contact: houseContact(contact),
    suppression: suppression && shownEntry(suppression),
    records,
    copies: { ...copies, files },
  };
}
