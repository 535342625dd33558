/** What can be wrong with an email address: a code for programs, a sentence for the person who mends the row. */
export const emailProblems = {
  email_missing: "The email is empty. Give an address such as ann@example.com.",
  email_display_name: "Only the address is wanted, without a name or angle brackets: ann@example.com.",
  email_mailto: "Leave out “mailto:” and give only the address.",
  email_several: "This holds more than one address. Give each address a row of its own.",
  email_at_missing: "The address has no @. Write it as name@domain.",
  email_at_repeated: "The address has more than one @. Keep only the one before the domain.",
  email_local_missing: "The part before the @ is empty. Write it as name@domain.",
  email_domain_missing: "The domain after the @ is missing. Write it as name@domain.",
  email_quoted: "An address with quotation marks is not accepted. Remove the quotation marks.",
  email_spaces: "The address has a space or a line break inside. Remove it.",
  email_invisible: "The address has an invisible or unreadable character inside. Type it anew.",
  email_character: "The part before the @ has a character that no address may have. Remove it.",
  email_dots: "The part before the @ begins or ends with a dot, or has two in a row. Remove the dot.",
  email_local_too_long: "The part before the @ is longer than 64 octets. Check the address.",
  email_too_long: "The address is longer than 254 octets. Check the address.",
  email_domain_dot_missing: "The domain has no dot. Write it in full, such as example.com.",
  email_domain_label_empty: "The domain begins or ends with a dot, or has two in a row. Remove the dot.",
  email_domain_address: "The domain is a network address. Give the domain's name instead.",
  email_domain_label_too_long:
    "A part of the domain between two dots is longer than 63 characters. Check the domain.",
  email_domain_invalid:
    "The domain may have only letters, digits and hyphens, no hyphen at the beginning or end of a part, and no numbers alone as its last part. Check the domain.",
} as const;

export type EmailProblem = keyof typeof emailProblems;
