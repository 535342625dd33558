import type { StoredContact } from "@roster/domain/contact.ts";

/** A contact on the wire: times are ISO 8601 texts. */
export function shownContact({ createdJob: _job, createdAt, updatedAt, tags, ...contact }: StoredContact) {
  return {
    ...contact,
    tags: [...tags],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
