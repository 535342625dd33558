import { z } from "zod";
import { Time } from "./query-value.ts";

/** From where an endpoint is told everything once more. */
export const ReplayPlace = z
  .string()
  .transform((text): "beginning" | "now" | Date | { cursor: string } => {
    if (text === "beginning" || text === "now") return text;
    const time = Time.safeParse(text);
    return time.success ? time.data : { cursor: text };
  })
  .meta({
    type: "string",
    description:
      "`beginning`; `now`, so that what waits is left out; a time, such as `2026-01-31T12:00:00Z`; or a cursor of `/v1/contacts/changes`.",
  });
