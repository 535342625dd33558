/** Why a column fills what it fills: who decided it, and a sentence for the person who looks at a preview. */
export type ColumnChoice = { by: "caller" | "header" | "content" | "attribute"; reason: string };

/** The choices that there are, each in its own words. Headers come ready to be shown. */
export const columnChoice = {
  mapped: (to: string): ColumnChoice => ({ by: "caller", reason: `The mapping sends it to ${to}.` }),
  ignored: (): ColumnChoice => ({ by: "caller", reason: "The mapping says to ignore it." }),
  header: (header: string, field: string): ColumnChoice => ({
    by: "header",
    reason: `The header “${header}” means ${field}.`,
  }),
  own: (): ColumnChoice => ({
    by: "header",
    reason: "Roster wrote this column to say why a row failed. It is passed over.",
  }),
  exported: (): ColumnChoice => ({
    by: "header",
    reason: "Roster exported this column, and no file may set it. It is passed over.",
  }),
  content: (field: string): ColumnChoice => ({
    by: "content",
    reason: `The header does not tell, but its cells do: they hold ${contentNames[field] ?? field}.`,
  }),
  taken: (field: string, key: string): ColumnChoice => ({
    by: "attribute",
    reason: `Another column is the ${field} already, so this one becomes the attribute “${key}”.`,
  }),
  yesOrNo: (key: string): ColumnChoice => ({
    by: "attribute",
    reason: `Its cells say yes or no, but not to what: it becomes the attribute “${key}”. Map it to “subscribed” if that is meant.`,
  }),
  attribute: (header: string, key: string): ColumnChoice => ({
    by: "attribute",
    reason: `“${header}” is no field of a contact, so it becomes the attribute “${key}”.`,
  }),
  notSuppression: (): ColumnChoice => ({
    by: "attribute",
    reason:
      "An import of suppressions takes only the address and its status. This column is ignored, and nothing of it is kept.",
  }),
  notEvent: (): ColumnChoice => ({
    by: "attribute",
    reason: "It is no field of an event, or another column is that field already. It is ignored.",
  }),
  holder: (key: string): ColumnChoice => ({
    by: "header",
    reason: `“${key}” holds attributes: each of its keys becomes one.`,
  }),
  nameless: (): ColumnChoice => ({
    by: "attribute",
    reason: "It has no header, so there is no name to keep it under, and it is ignored. Map it to keep it.",
  }),
} as const;

const contentNames: Readonly<Record<string, string>> = {
  email: "email addresses",
  phone: "phone numbers",
  locale: "languages",
  status: "statuses",
};
