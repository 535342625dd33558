import { z } from "zod";

/** What two contacts have in common that makes them likely one person. */
export const DuplicateEvidence = z.enum(["email", "phone"]);
export type DuplicateEvidence = z.infer<typeof DuplicateEvidence>;

/** Contacts of a group that are shown: as many as can be looked through at once. */
export const groupShown = 50;

/** How a provider's addresses lead to one mailbox: by its own documentation. */
type Mailbox = {
  /** Domains that are one; the first stands for all. */
  domains: readonly string[];
  /** Characters of the local part that do not count. */
  ignored: RegExp | null;
};

/**
 * Providers at whom what stands behind a plus is the recipient's own label. Only those that document it: elsewhere a plus is
 * a part of the name.
 */
const mailboxes: readonly Mailbox[] = [
  // https://support.google.com/mail/answer/7436150; googlemail.com was its name in Germany and Britain.
  { domains: ["gmail.com", "googlemail.com"], ignored: /\./g },
  // https://proton.me/support/addresses-and-aliases: dots, hyphens and underscores do not count.
  { domains: ["proton.me", "protonmail.com", "pm.me"], ignored: /[._-]/g },
  ...["outlook.com", "hotmail.com", "live.com", "msn.com"].map(alone),
  ...["icloud.com", "me.com", "mac.com"].map(alone),
  ...["fastmail.com", "fastmail.fm"].map(alone),
];

function alone(domain: string): Mailbox {
  return { domains: [domain], ignored: null };
}

const byDomain = new Map(
  mailboxes.flatMap((mailbox) => mailbox.domains.map((domain) => [domain, mailbox] as const)),
);

/**
 * The mailbox that an address leads to, which other addresses may lead to as well.
 * @param email normalised
 * @returns null at a provider of which nothing such is known: there every address is a mailbox of its own
 */
export function mailboxKey(email: string): string | null {
  const at = email.lastIndexOf("@");
  const mailbox = byDomain.get(email.slice(at + 1));
  if (mailbox === undefined) return null;
  const [name = ""] = email.slice(0, at).split("+", 1);
  const plain = mailbox.ignored === null ? name : name.replace(mailbox.ignored, "");
  // Nothing but dots and labels is no mailbox.
  return plain === "" ? null : `${plain}@${mailbox.domains[0]}`;
}

/** E.164 has at most 15 digits; with fewer than seven it is an extension, or nobody's. */
const fewestDigits = 7;
const mostDigits = 15;

/**
 * A phone number without what people write for reading: spaces, brackets, dots, hyphens, `00` for `+`, and the `(0)` behind a
 * country's code. A number without a country is compared as it is: which country it is in is not known.
 * @returns null for what is no number, and for placeholders such as 0000000
 */
export function phoneKey(phone: string): string | null {
  const text = phone.trim().replace(/^00/, "+");
  const digits = (text.startsWith("+") ? text.replace(/\(0\)/, "") : text).replaceAll(
    /[\s().\-/\u00a0]/g,
    "",
  );
  if (!/^\+?\d+$/.test(digits)) return null;
  const count = digits.replace("+", "").length;
  if (count < fewestDigits || count > mostDigits) return null;
  return /^\+?(\d)\1*$/.test(digits) ? null : digits;
}

/** The keys of one contact: whoever shares one with it is likely the same person. */
export function duplicateKeys(contact: {
  email: string;
  phone: string | null;
}): { evidence: DuplicateEvidence; key: string }[] {
  const email = mailboxKey(contact.email);
  const phone = contact.phone === null ? null : phoneKey(contact.phone);
  return [
    ...(email === null ? [] : [{ evidence: "email" as const, key: email }]),
    ...(phone === null ? [] : [{ evidence: "phone" as const, key: phone }]),
  ];
}
