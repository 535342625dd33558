import { describe, expect, test } from "vitest";
import { exportHeaders } from "../contacts/export-column.ts";
import { type ColumnTarget, mapColumns } from "./import-columns.ts";

/** The columns, one word each: the field, `=attribute` or `-`. */
function read(headers: readonly string[], mapping?: Record<string, string>): string[] {
  const result = mapColumns(headers, mapping);
  if (!result.ok) throw new Error(result.problem.message);
  return result.columns.map((column: ColumnTarget) => {
    if (column.kind === "attribute") return `=${column.key}`;
    if (column.kind === "text") return column.field;
    return column.kind === "ignore" ? "-" : column.kind;
  });
}

function problem(headers: readonly string[], mapping?: Record<string, string>) {
  const result = mapColumns(headers, mapping);
  if (result.ok) throw new Error("These headers were accepted.");
  return result.problem;
}

test("the reason of a failed row is passed over, unless the caller maps it", () => {
  expect(read(["email", "roster_error"])).toEqual(["email", "-"]);
  expect(read(["email", "roster_error"], { roster_error: "reason" })).toEqual(["email", "=reason"]);
  expect(read(["email", "Roster error", "error"])).toEqual(["email", "=Roster error", "=error"]);
});

describe("a file that Roster exported", () => {
  const exported = ["id", "email", "name", "status", "key_id", "created_at", "updated_at", "metadata"];

  test("has its facts passed over and its metadata taken apart, unless the caller maps them", () => {
    expect(read(exported)).toEqual(["-", "email", "name", "status", "-", "-", "-", "attributes"]);
    expect(read(["note", ...exported], { id: "externalId", metadata: "about" })).toEqual([
      "=note",
      "externalId",
      "email",
      "name",
      "status",
      "-",
      "-",
      "-",
      "=about",
    ]);
  });

  test("is known by the house's headers too", () => {
    const house = exportHeaders.map(String);
    expect(read(house)).toEqual(
      house.map((header) =>
        header === "metadata"
          ? "attributes"
          : ["id", "score", "tier", "createdAt", "updatedAt"].includes(header)
            ? "-"
            : header,
      ),
    );
    expect(read(house.filter((header) => header !== "consent"))).toContain("=id");
  });

  test("is known by all of these headers: one less, and they are attributes as in any file", () => {
    expect(read(exported.filter((header) => header !== "key_id"))).toEqual([
      "=id",
      "email",
      "name",
      "status",
      "=created_at",
      "=updated_at",
      "=metadata",
    ]);
  });
});

describe("the headers that other systems export are understood", () => {
  test.each<[string, Record<string, string>]>([
    [
      "HubSpot",
      {
        "Record ID": "=Record ID",
        "First Name": "firstName",
        "Last Name": "lastName",
        Email: "email",
        "Phone Number": "phone",
        "Contact owner": "=Contact owner",
        "Lead Status": "=Lead Status",
        "Marketing contact status": "=Marketing contact status",
        "Preferred language": "locale",
      },
    ],
    [
      "Mailchimp",
      {
        "Email Address": "email",
        "First Name": "firstName",
        "Last Name": "lastName",
        "Phone Number": "phone",
        MEMBER_RATING: "=MEMBER_RATING",
        OPTIN_TIME: "=OPTIN_TIME",
        CONFIRM_IP: "=CONFIRM_IP",
        TAGS: "tags",
      },
    ],
    ["Mailchimp's merge tags", { EMAIL: "email", FNAME: "firstName", LNAME: "lastName", PHONE: "phone" }],
    [
      "ActiveCampaign",
      { "First Name": "firstName", "Last Name": "lastName", Email: "email", Phone: "phone", Tags: "tags" },
    ],
    [
      "Brevo",
      {
        "CONTACT ID": "externalId",
        EMAIL: "email",
        FIRSTNAME: "firstName",
        LASTNAME: "lastName",
        SMS: "phone",
        OPT_IN: "subscribed",
        "DOUBLE_OPT-IN": "=DOUBLE_OPT-IN",
        ADDED_TIME: "=ADDED_TIME",
      },
    ],
    [
      "Google Contacts",
      {
        "First Name": "firstName",
        "Middle Name": "=Middle Name",
        "Last Name": "lastName",
        Labels: "tags",
        "E-mail 1 - Label": "=E-mail 1 - Label",
        "E-mail 1 - Value": "email",
        "E-mail 2 - Value": "=E-mail 2 - Value",
        "Phone 1 - Value": "phone",
      },
    ],
    [
      "Google Contacts, older",
      { Name: "name", "Given Name": "firstName", "Family Name": "lastName", "E-mail 1 - Value": "email" },
    ],
    [
      "Spanish",
      {
        "Correo electrónico": "email",
        Nombre: "firstName",
        Apellidos: "lastName",
        "Número de teléfono": "phone",
        Etiquetas: "tags",
        Idioma: "locale",
      },
    ],
    [
      "German",
      {
        "E-Mail-Adresse": "email",
        Vorname: "firstName",
        Nachname: "lastName",
        Telefonnummer: "phone",
        Sprache: "locale",
        Kundennummer: "externalId",
      },
    ],
    [
      "French",
      {
        "Adresse e-mail": "email",
        Prénom: "firstName",
        Nom: "lastName",
        "Numéro de téléphone": "phone",
        Étiquettes: "tags",
        Langue: "locale",
      },
    ],
  ])("%s", (_, headers) => {
    expect(read(Object.keys(headers))).toEqual(Object.values(headers));
  });

  test.each(["E-Mail", "e_mail", "EMAIL*", "Dirección de correo electrónico", "Courriel", "ｅｍａｉｌ"])(
    "%s, whatever its case, accents and punctuation",
    (header) => {
      expect(read([header])).toEqual(["email"]);
    },
  );
});

describe("a mapping", () => {
  test("wins over the synonyms, and the column that it passes over becomes an attribute", () => {
    expect(read(["Email", "Work", "Name"], { Work: "email", Name: "attribute name" })).toEqual([
      "=Email",
      "email",
      "=attribute name",
    ]);
  });

  test("takes a column out with ignore, as often as is wanted", () => {
    expect(read(["Email", "Notes", "Phone"], { Notes: "ignore", Phone: "ignore" })).toEqual([
      "email",
      "-",
      "-",
    ]);
    expect(read(["Email", "__proto__"], { ["__proto__" as string]: "ignore" })).toHaveLength(2);
  });

  test("of a header that the file does not have is refused, with the headers that it has", () => {
    const { code, message } = problem(["Email", "Notes"], { Note: "ignore" });
    expect(code).toBe("invalid_mapping");
    expect(message).toContain("“Note”");
    expect(message).toContain("“Email”, “Notes”");
  });

  test("of two headers to one field is refused", () => {
    expect(problem(["A", "B"], { A: "email", B: "email" })).toMatchObject({
      code: "invalid_mapping",
      message: expect.stringContaining("email"),
    });
  });
});

describe("two columns of one meaning", () => {
  test("the first has the field, the later one becomes an attribute of its own name", () => {
    expect(read(["Email", "Work Email", "Phone", "Mobile"])).toEqual([
      "email",
      "=Work Email",
      "phone",
      "=Mobile",
    ]);
  });

  test("repeated headers get numbers, and none takes the name of a field", () => {
    expect(read(["email", "email", "Note", "Note", "Note", "Note (2)"])).toEqual([
      "email",
      "=email (2)",
      "=Note",
      "=Note (2)",
      "=Note (3)",
      "=Note (2) (2)",
    ]);
    expect(read(["email", "phone", "phone", "tags", "tags"])).toEqual([
      "email",
      "phone",
      "=phone (2)",
      "tags",
      "=tags (2)",
    ]);
  });

  test("a mapped header that the file has twice fills its field once", () => {
    expect(read(["Mail to", "Mail to"], { "Mail to": "email" })).toEqual(["email", "=Mail to"]);
  });

  test("100,000 columns of one name are read at once, not for minutes", () => {
    const start = performance.now();
    const columns = read(["email", ...Array.from({ length: 100_000 }, () => "x")]);
    expect(columns.at(-1)).toBe("=x (100000)");
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("refused headers", () => {
  test("a file without an email column: the message lists the headers that were found", () => {
    const { code, message } = problem(["Name", "Téléphone", ""]);
    expect(code).toBe("no_email_column");
    expect(message).toContain("“Name”, “Téléphone”, “”");
  });

  test("a long list of headers is cut, and says how many more there are", () => {
    const headers = Array.from({ length: 60 }, (_, n) => `Column ${n}`);
    const { message } = problem(headers);
    expect(message).toContain("“Column 49” and 10 more");
    expect(message).not.toContain("“Column 50”");
  });

  test.each([
    ["__proto__", "__proto__"],
    ["constructor", "constructor"],
    ["prototype", "prototype"],
    ["129 characters", "x".repeat(129)],
  ])("%s, with its column", (_, header) => {
    const { code, message } = problem(["email", header]);
    expect(code).toBe("invalid_header");
    expect(message).toContain("Column 2");
    expect(message).toContain(header.slice(0, 60));
  });

  test("are told in words that can be stored: no NUL, no half characters", () => {
    const half = `${"x".repeat(59)}🙂`;
    for (const { message } of [
      problem(["a\0b", half]),
      problem(["email", `\0${half}`]),
      problem([half], { "\0": "x" }),
    ]) {
      expect(message.isWellFormed() && !message.includes("\0")).toBe(true);
    }
  });
});

test("a file that names its contacts by externalId needs no email column", () => {
  expect(read(["Customer ID", "Plan"])).toEqual(["externalId", "=Plan"]);
});

test("a column without a header is ignored", () => {
  expect(read(["Email", "", ""])).toEqual(["email", "-", "-"]);
});
