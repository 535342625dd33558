import { fromHouseId } from "@roster/domain/contacts/house-id.ts";
import { Refused } from "@roster/domain/refusal.ts";

/** The UUID behind this dialect's id. @throws Refused not_found for an id of another form */
export function contactIdOf(text: string): string {
  const id = fromHouseId(text);
  if (id === null) throw new Refused({ code: "not_found", what: "contact" });
  return id;
}
