import { EventInput, eventsLimit } from "@roster/domain/events/event-input.ts";
import { shownText } from "@roster/domain/imports/row-problem.ts";
import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";
import { z } from "zod";
import { checked, issuesOf } from "../../../input-issue.ts";

/** An item of the list: an event, or why it is none, with what names it. */
export type EventItem = { index: number; id: string | null; email: string | null } & (
  | { input: EventInput }
  | { issue: Omit<FieldIssue, "field"> & { field: string | null } }
);

const Body = z.strictObject(
  { events: z.array(z.unknown(), "Send the events as a list.") },
  "Send a JSON object with the events, with Content-Type: application/json.",
);

/** @throws Refused invalid, too_many_items */
export function readEvents(body: unknown): EventItem[] {
  const { events } = checked(Body, body);
  if (events.length > eventsLimit) throw new Refused({ code: "too_many_items", limit: eventsLimit });
  return events.map((event, index) => {
    const { id, email } = (event ?? {}) as { id?: unknown; email?: unknown };
    const item = { index, id: shownName(id), email: shownName(email) };
    const read = EventInput.safeParse(event);
    if (read.success) return { ...item, input: read.data };
    const { field, ...issue } = issuesOf(read.error)[0]!;
    return { ...item, issue: { field: field === "body" ? null : field, ...issue } };
  });
}

function shownName(value: unknown): string | null {
  return typeof value === "string" ? shownText(value) : null;
}
