import { houseDocument } from "../rest/house/document.ts";
import { mailerdashDocument } from "../rest/mailerdash/document.ts";
import { mailingcoreDocument } from "../rest/mailingcore/document.ts";
import { misarDocument } from "../rest/misar/document.ts";
import { plunkDocument } from "../rest/plunk/document.ts";
import type { DialectDocument } from "./operation.ts";

/** Every dialect that has a document, in the order in which they are listed. */
export const dialectDocuments: readonly DialectDocument[] = [
  mailerdashDocument,
  plunkDocument,
  misarDocument,
  mailingcoreDocument,
  houseDocument,
];
