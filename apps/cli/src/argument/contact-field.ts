import type { ContactChange } from "@roster/client/client.ts";
import { type TextField, textFields } from "@roster/domain/contacts/contact.ts";
import { Status } from "@roster/domain/contacts/status.ts";
import { CommandError } from "../command-error.ts";

type Patch = NonNullable<Extract<ContactChange, { action: "update" }>["patch"]>;

/** Fields of which `field=value` sets one; what is none of these, nor the status, is a custom attribute. */
const texts = new Set<string>(textFields.filter((field) => field !== "externalId"));
const unsettable: Readonly<Record<string, string>> = {
  email: "an email is one person's",
  externalId: "an externalId is one person's",
  tags: "use the commands tag and untag",
};

/**
 * `field=value` pairs as a change; an empty value clears the field.
 * @throws CommandError (exit code 2) for a pair that cannot be set
 */
export function patchOf(pairs: readonly string[]): Patch {
  const patch: Patch = {};
  const attributes: Record<string, string | null> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const field = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim() || null;
    if (at === -1 || field === "") {
      throw new CommandError(`${pair}: write it as field=value, such as plan=pro; plan= clears it.`, 2);
    }
    const reason = unsettable[field];
    if (reason !== undefined) throw new CommandError(`${field} cannot be set like this: ${reason}.`, 2);
    if (field === "status") patch.status = statusOf(value);
    else if (texts.has(field)) patch[field as Exclude<TextField, "externalId">] = value;
    else attributes[field] = value;
  }
  return Object.keys(attributes).length === 0 ? patch : { ...patch, attributes };
}

function statusOf(value: string | null): Status {
  const status = Status.safeParse(value);
  if (status.success) return status.data;
  throw new CommandError(`status=${value ?? ""}: write ${Status.options.join(", ")}.`, 2);
}
