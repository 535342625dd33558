import { z } from "zod";

/** What a mail server or a recipient did. */
export const EventType = z.enum([
  "sent",
  "delivered",
  "opened",
  "clicked",
  "bounced",
  "complained",
  "unsubscribed",
  "resubscribed",
]);
export type EventType = z.infer<typeof EventType>;

/** `hard`: there is no such mailbox. `soft`: not now, the mailbox may be full. */
export const Bounce = z.enum(["hard", "soft"]);
export type Bounce = z.infer<typeof Bounce>;

/** Something that happened to one contact, read and checked. */
export type ContactEvent = {
  type: EventType;
  /** When it happened, whenever it was told. */
  at: Date;
  campaignId: string | null;
  campaignName: string | null;
  /** Of a bounce, which kind; null for all others. */
  bounce: Bounce | null;
};
