import type { EventSource } from "@roster/usecases/events/event-sources.ts";

/** An event source as the house and tRPC show it: times as ISO 8601, what came as one group, no secret. */
export function shownSource({
  id,
  name,
  provider,
  settings,
  beginning,
  createdAt,
  updatedAt,
  lastReceivedAt,
  accepted,
  duplicate,
  failed,
  ignored,
  refused,
  lastError,
  lastErrorAt,
}: EventSource) {
  return {
    id,
    name,
    provider,
    settings,
    /** The first characters of its token. */
    beginning,
    lastReceivedAt: lastReceivedAt?.toISOString() ?? null,
    /** Events by what became of them; `refused` counts requests. */
    received: { accepted, duplicate, failed, ignored, refused },
    lastError: lastError === null ? null : { message: lastError, at: lastErrorAt!.toISOString() },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
