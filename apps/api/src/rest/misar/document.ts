import { type DialectDocument, TenantId } from "../../docs/operation.ts";
import { Contact, ErrorAnswer } from "./answers.ts";
import { contactOperations } from "./contact-operations.ts";
import { misar } from "./dialect.ts";
import { importOperations } from "./import-operations.ts";

export const misarDocument: DialectDocument = {
  slug: "misar",
  title: "Roster: the Misar API v1",
  description:
    "Contacts by their id, at the paths of the Misar API v1, with or without `/mail` in front. Bodies are read in camelCase and in snake_case.",
  prefixes: ["", "/mail"],
  dialect: misar,
  error: ErrorAnswer,
  named: { Contact },
  tenantParameters: { TenantId },
  operations: [...contactOperations, ...importOperations],
};
