import { parseSlug } from "@roster/domain/accounts/slug.ts";
import { InvalidArgumentError, Option } from "commander";

/** `--account`, which a single installation never needs. */
export const accountOption = () =>
  new Option("--account <name>", "the account; without it the oldest, which “npm start” made");

/** A short name as an argument or option of a command. */
export function slug(text: string): string {
  const parsed = parseSlug(text, "name");
  if (!parsed.ok) throw new InvalidArgumentError(parsed.issue.message);
  return parsed.slug;
}
