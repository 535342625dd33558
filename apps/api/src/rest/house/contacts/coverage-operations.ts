import { json, type Operation } from "../../../docs/operation.ts";
import { FieldCoverage, Fields, LocaleCoverage } from "./coverage-answers.ts";

const path = "/v1/contacts";
const tag = "Contacts";

/** Of three contacts. */
const fields = [
  ["email", "text", 3],
  ["name", "text", 0],
  ["firstName", "text", 1],
  ["lastName", "text", 1],
  ["phone", "text", 0],
  ["tags", "list", 1],
  ["status", "text", 3],
  ["externalId", "text", 1],
  ["locale", "text", 1],
  ["consent", "text", 0],
  ["source", "text", 0],
  ["createdAt", "time", 3],
  ["updatedAt", "time", 3],
  ["metadata.plan", "text", 1],
] as const;

const shown = fields.map(([name, type, n]) => {
  return { name, type, custom: name.startsWith("metadata."), share: Math.round((n / 3) * 1e4) / 1e4 };
});
const counted = shown.map((field, i) => {
  const { 1: type, 2: contacts } = fields[i]!;
  return { ...field, contacts, types: [{ type, contacts }] };
});

/** What is known of how many contacts. */
export const coverageOperations: Operation[] = [
  {
    id: "listFields",
    tag,
    method: "get",
    path: `${path}/fields`,
    summary: "List the fields that contacts have",
    description: "The custom ones last, the most frequent of them first.",
    needs: "contacts:read",
    answers: { 200: { description: "The fields", content: json(Fields) } },
    examples: {
      fields: {
        summary: "Of three contacts",
        status: 200,
        answer: { success: true, data: shown, contacts: 3 },
      },
    },
  },
  {
    id: "fieldCoverage",
    tag,
    method: "get",
    path: `${path}/field-coverage`,
    summary: "How many contacts have each field",
    description:
      "Exact, with the types that their values have. The custom fields last, the most frequent of them first.",
    needs: "contacts:read",
    answers: { 200: { description: "The fields", content: json(FieldCoverage) } },
    examples: {
      fields: {
        summary: "Of three contacts",
        status: 200,
        answer: { success: true, data: counted, contacts: 3, complete: true },
      },
    },
  },
  {
    id: "localeCoverage",
    tag,
    method: "get",
    path: `${path}/locale-coverage`,
    summary: "How many contacts have each locale",
    description: "Exact; the most frequent first.",
    needs: "contacts:read",
    answers: { 200: { description: "The locales", content: json(LocaleCoverage) } },
    examples: {
      locales: {
        summary: "Two without one, who have left",
        status: 200,
        answer: {
          success: true,
          data: [
            { locale: null, count: 2, optedIn: 0 },
            { locale: "en", count: 1, optedIn: 1 },
          ],
          complete: true,
        },
      },
    },
  },
];
