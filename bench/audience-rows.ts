import { benchRow } from "./rows.ts";

const locales = ["en", "en-US", "en-GB", "de", "de-AT", "fr", "es", "es-MX", "pt-BR", "it", "nl", "ja"];

/** A contact as an audience has them: beside what `benchRow` says a locale, more tags, and attributes of every type. */
export type AudienceRow = {
  email: string;
  firstName: string;
  lastName: string;
  phone: string;
  locale: string | null;
  status: "active" | "unsubscribed";
  tags: string[];
  company: string;
  plan: string;
  country: string;
  /** 0 to 99. */
  orders: number;
  /** A day of one of four years. */
  renewal: string;
  member: boolean;
};

/**
 * The contact with a number, always the same. A third has an address at Gmail. Of 75 one is the contact before it again by its
 * mailbox, and one by its phone number. One in 500 is tagged `vip`, twenty in a million `founder`.
 */
export function audienceRow(n: number): AudienceRow {
  const { id: _, tag, ...row } = benchRow(n);
  return {
    ...row,
    email: n % 3 === 0 ? mailbox(row.email) : n % 75 === 1 ? labelled(benchRow(n - 1).email) : row.email,
    phone: n % 75 === 2 ? benchRow(n - 1).phone : row.phone,
    locale: n % 20 === 0 ? null : locales[(n * 7) % locales.length]!,
    status: n % 10 === 0 ? "unsubscribed" : "active",
    tags: [
      tag,
      ...(n % 2 === 0 ? ["newsletter"] : []),
      ...(n % 500 === 7 ? ["vip"] : []),
      ...(n % 50_000 === 11 ? ["founder"] : []),
    ],
    orders: (n * 13) % 100,
    renewal: new Date(Date.UTC(2025, 0, 1 + ((n * 31) % 1461))).toISOString().slice(0, 10),
    member: n % 3 === 0,
  };
}

const mailbox = (email: string) => `${email.slice(0, email.indexOf("@"))}@gmail.com`;

/** Another address of the same mailbox. */
const labelled = (email: string) => mailbox(email).replace("@", "+news@");
