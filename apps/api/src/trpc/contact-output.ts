import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { tierOf } from "@roster/domain/scores/score.ts";

/** A contact on the wire: times are ISO 8601 texts. */
export function shownContact({ createdJob: _job, createdAt, updatedAt, tags, ...contact }: StoredContact) {
  return {
    ...contact,
    tags: [...tags],
    tier: tierOf(contact.score),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
