/**
 * Headers that mean a field, in English, Spanish, German and French, as `headerWord` reads them (lower case, without
 * accents, spaces or punctuation).
 */
const synonyms: Record<string, readonly string[]> = {
  email: [
    "email",
    "mail",
    "emailaddress",
    "mailaddress",
    "emailid",
    "primaryemail",
    "workemail",
    "contactemail",
    "subscriberemail",
    "email1value",
    "correo",
    "correoelectronico",
    "direcciondecorreo",
    "direcciondecorreoelectronico",
    "emailadresse",
    "mailadresse",
    "epost",
    "epostadresse",
    "courriel",
    "adresseemail",
    "adressemail",
    "adressecourriel",
    "adresseelectronique",
  ],
  externalId: [
    "externalid",
    "extid",
    "crmid",
    "customerid",
    "contactid",
    "userid",
    "subscriberid",
    "idexterno",
    "kundennummer",
    "kundenid",
    "idclient",
  ],
  name: ["name", "fullname", "contactname", "displayname", "nombrecompleto", "vollername", "nomcomplet"],
  firstName: ["firstname", "first", "fname", "givenname", "forename", "nombre", "vorname", "prenom"],
  lastName: [
    "lastname",
    "last",
    "lname",
    "surname",
    "familyname",
    "secondname",
    "apellido",
    "apellidos",
    "nachname",
    "familienname",
    "nom",
    "nomdefamille",
  ],
  phone: [
    "phone",
    "phonenumber",
    "phone1value",
    "telephone",
    "tel",
    "mobile",
    "mobilephone",
    "mobilephonenumber",
    "mobilenumber",
    "cell",
    "cellphone",
    "sms",
    "telefono",
    "numerodetelefono",
    "movil",
    "telefonomovil",
    "celular",
    "telefon",
    "telefonnummer",
    "handy",
    "handynummer",
    "mobil",
    "mobilnummer",
    "mobiltelefon",
    "portable",
    "numerodetelephone",
  ],
  tags: ["tags", "tag", "labels", "label", "etiquetas", "etiqueta", "schlagworte", "etiquettes"],
  locale: ["locale", "language", "lang", "preferredlanguage", "idioma", "sprache", "langue"],
  status: ["status", "subscriptionstatus", "emailstatus", "contactstatus", "estado", "statut"],
  subscribed: ["subscribed", "issubscribed", "optin", "optedin", "suscrito", "abonniert", "abonne"],
  consent: ["consent", "consentversion", "consenttext"],
  source: ["source", "signupsource", "leadsource", "quelle", "origen"],
};

/** The names of the fields that a column can fill. */
export const fieldNames: readonly string[] = Object.keys(synonyms);

const fieldByWord = new Map(
  Object.entries(synonyms).flatMap(([field, words]) => words.map((word) => [word, field] as const)),
);

/** The names that a mapping may send a header to, beside any attribute name. */
export const mappableFields: readonly string[] = [...fieldNames, "ignore"];

/** A header without case, accents, spaces and punctuation, so that “E-Mail Address” is `emailaddress`. */
export function headerWord(header: string): string {
  return header
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]/gu, "");
}

/** The header of the column in which Roster writes why a row failed. Such a file is imported again as it is. */
export const reasonHeader = "roster_error";

/** The field that a header means by itself, `ignore` for Roster's own column, or null. */
export function fieldOfHeader(header: string): string | null {
  if (header === reasonHeader) return "ignore";
  return fieldByWord.get(headerWord(header)) ?? null;
}
