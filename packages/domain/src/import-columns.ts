import type { TextField } from "./contact.ts";

/** What one column of a file fills. `attribute` keeps the cell under the header's own name. */
export type ColumnTarget =
  | { kind: "email" }
  | { kind: "text"; field: TextField }
  | { kind: "tags" }
  | { kind: "status" }
  | { kind: "subscribed" }
  | { kind: "attribute"; key: string }
  | { kind: "ignore" };

/** Why the header of a file cannot be used; the whole import is refused for it. */
export type ColumnsProblem = { code: "no_email_column" | "invalid_header" | "invalid_mapping"; message: string };

export type ColumnsResult = { ok: true; columns: ColumnTarget[] } | { ok: false; problem: ColumnsProblem };

/**
 * Headers that mean a field, in English, Spanish, German and French, as `headerWord` reads them (lower case, without
 * accents, spaces or punctuation).
 */
const synonyms: Record<string, readonly string[]> = {
  email: [
    "email", "mail", "emailaddress", "mailaddress", "emailid", "primaryemail", "workemail", "contactemail",
    "subscriberemail", "correo", "correoelectronico", "direcciondecorreo", "direcciondecorreoelectronico",
    "emailadresse", "mailadresse", "epost", "epostadresse", "courriel", "adresseemail", "adressemail",
    "adressecourriel", "adresseelectronique",
  ],
  externalId: ["externalid", "extid", "crmid", "customerid", "contactid", "userid", "subscriberid", "idexterno", "kundennummer", "kundenid", "idclient"],
  name: ["name", "fullname", "contactname", "displayname", "nombrecompleto", "vollername", "nomcomplet"],
  firstName: ["firstname", "first", "fname", "givenname", "forename", "nombre", "vorname", "prenom"],
  lastName: ["lastname", "last", "lname", "surname", "familyname", "secondname", "apellido", "apellidos", "nachname", "familienname", "nom", "nomdefamille"],
  phone: ["phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell", "cellphone", "telefono", "movil", "celular", "telefon", "telefonnummer", "handy", "mobil", "mobiltelefon", "portable", "numerodetelephone"],
  tags: ["tags", "tag", "labels", "label", "etiquetas", "etiqueta", "schlagworte", "etiquettes"],
  locale: ["locale", "language", "lang", "preferredlanguage", "idioma", "sprache", "langue"],
  status: ["status", "subscriptionstatus", "emailstatus", "contactstatus", "estado", "statut"],
  subscribed: ["subscribed", "issubscribed", "optin", "optedin", "suscrito", "abonniert", "abonne"],
  consent: ["consent", "consentversion", "consenttext"],
  source: ["source", "signupsource", "leadsource", "quelle", "origen"],
};

const fieldByWord = new Map(
  Object.entries(synonyms).flatMap(([field, words]) => words.map((word) => [word, field] as const)),
);

/** The names that a mapping may send a header to, beside any attribute name. */
export const mappableFields = [...Object.keys(synonyms), "ignore"];

/** A header without case, accents, spaces and punctuation, so that “E-Mail Address” is `emailaddress`. */
export function headerWord(header: string): string {
  return header
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]/gu, "");
}

/** The field that a header means by itself, or null. */
export function fieldOfHeader(header: string): string | null {
  return fieldByWord.get(headerWord(header)) ?? null;
}

function targetOfField(field: string): ColumnTarget {
  switch (field) {
    case "email":
    case "tags":
    case "status":
    case "subscribed":
    case "ignore":
      return { kind: field };
    default:
      return { kind: "text", field: field as TextField };
  }
}

const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Decides what each column of a file fills. The caller's mapping wins over the synonyms; every other header becomes an
 * attribute of its own name, a column without a header is ignored. Where two columns mean the same field the first
 * one has it and the later one becomes an attribute.
 * @param headers the header row as it stands in the file, trimmed
 * @param mapping header → field, attribute name or `ignore`
 */
export function mapColumns(headers: readonly string[], mapping: Readonly<Record<string, string>> = {}): ColumnsResult {
  const unknown = Object.keys(mapping).find((header) => !headers.includes(header.trim()));
  if (unknown !== undefined) {
    const message = `The mapping names the header “${unknown}”, which the file does not have. Its headers are: ${listed(headers)}.`;
    return { ok: false, problem: { code: "invalid_mapping", message } };
  }
  const wanted = new Map(Object.entries(mapping).map(([header, to]) => [header.trim(), to.trim()]));
  const taken = new Set<string>();
  for (const to of wanted.values()) {
    if (to === "ignore" || !mappableFields.includes(to)) continue;
    if (taken.has(to)) {
      const message = `The mapping sends two headers to ${to}. Map one of them to another field, or to ignore.`;
      return { ok: false, problem: { code: "invalid_mapping", message } };
    }
    taken.add(to);
  }

  const keys = new Set<string>();
  const columns: ColumnTarget[] = [];
  for (const [index, header] of headers.entries()) {
    const to = wanted.get(header);
    const field = to === undefined ? fieldOfHeader(header) : mappableFields.includes(to) ? to : null;
    if (field !== null && (to !== undefined || !taken.has(field))) {
      taken.add(field);
      columns.push(targetOfField(field));
      continue;
    }
    const name = to ?? header;
    if (name === "") {
      columns.push({ kind: "ignore" });
      continue;
    }
    if (forbiddenKeys.has(name) || name.length > 128 || name.includes("\0")) {
      const message = `Column ${index + 1} is called “${name.slice(0, 40).replaceAll("\0", "\uFFFD")}”, which cannot be the name of an attribute. Rename it, or map it to another name or to ignore.`;
      return { ok: false, problem: { code: "invalid_header", message } };
    }
    columns.push({ kind: "attribute", key: freeKey(name, keys) });
  }

  if (!columns.some((column) => column.kind === "email" || (column.kind === "text" && column.field === "externalId"))) {
    const message = `The file has no email column. The headers found are: ${listed(headers)}. Name one of them “email”, or map it.`;
    return { ok: false, problem: { code: "no_email_column", message } };
  }
  return { ok: true, columns };
}

function freeKey(name: string, keys: Set<string>): string {
  let key = name;
  for (let n = 2; keys.has(key); n++) key = `${name} (${n})`;
  keys.add(key);
  return key;
}

function listed(headers: readonly string[]): string {
  const shown = headers.slice(0, 50).map((header) => `“${header.slice(0, 60)}”`);
  return headers.length > 50 ? `${shown.join(", ")} and ${headers.length - 50} more` : shown.join(", ");
}
