import { type DialectDocument, TenantId } from "../../docs/operation.ts";
import { Contact, ErrorAnswer } from "./answers.ts";
import { bulkOperations } from "./bulk-operations.ts";
import { contactOperations } from "./contact-operations.ts";
import { mailingcore } from "./dialect.ts";

export const mailingcoreDocument: DialectDocument = {
  slug: "mailingcore",
  title: "Roster: MailingCore's API",
  description:
    "Contacts by their id or by their name in your system, at MailingCore's paths. These are Plunk's too: a request is MailingCore's where its key begins with `mc_`, or where it has the header `X-Tenant-Id`.",
  prefixes: [""],
  dialect: mailingcore,
  error: ErrorAnswer,
  named: { Contact },
  // With it, any key that pages fill in reaches this dialect.
  tenantParameters: { TenantId: { ...TenantId, example: "default" } },
  operations: [...contactOperations, ...bulkOperations],
};
