import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { type CampaignSend, sentTime } from "@roster/domain/events/campaign-send.ts";
import type { Engagement } from "@roster/domain/events/engagement.ts";
import {
  type EngagementLevel,
  engagementLevel,
  lastEngagedAt,
} from "@roster/domain/events/engagement-level.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { StorableText } from "@roster/domain/text/storable-text.ts";
import { sendPage } from "@roster/store/events/campaign-sends.ts";
import { contactEngagement } from "@roster/store/events/engagement.ts";
import { z } from "zod";
import { settingsOf } from "../accounts/tenant-settings.ts";
import { type ContactRef, getContact } from "../contacts/contacts.ts";
import type { Deps } from "../deps.ts";

/** What a contact did with what it was sent, and a page of that, the latest sent first. */
export type EngagementView = {
  contact: StoredContact;
  engagement: Engagement;
  level: EngagementLevel;
  /** The last open or click. */
  lastEngagedAt: Date | null;
  /** Each with when it was sent, as far as that is known. */
  sends: (CampaignSend & { sentTime: Date })[];
  cursor: string | null;
  hasMore: boolean;
};

/** Nothing lies before 1970, and a cursor that somebody made up must not reach Postgres with a year that it does not have. */
const SendCursor = z.tuple([z.iso.datetime().refine((at) => at >= "1970"), StorableText]);

/**
 * A contact's engagement with the campaigns that it was sent.
 * @throws Refused missing_scope, not_found, invalid (the cursor)
 */
export async function getEngagement(
  deps: Deps,
  scope: TenantScope,
  ref: ContactRef,
  query: { limit: number; cursor?: string | undefined },
): Promise<EngagementView> {
  const contact = await getContact(deps, scope, ref);
  const { sql } = deps;
  const { tenantId } = scope;
  const place = query.cursor === undefined ? null : decodeCursor(query.cursor, SendCursor);
  const after = place === null ? null : { sentAt: place[0], campaignId: place[1] };
  const [engagement, settings, found] = [
    await contactEngagement(sql, tenantId, contact.id),
    await settingsOf(sql, tenantId),
    await sendPage(sql, tenantId, contact.id, { limit: query.limit, after }),
  ];
  const page = found.slice(0, query.limit);
  const hasMore = found.length > query.limit;
  const last = page.at(-1);
  return {
    contact,
    engagement,
    level: engagementLevel(engagement, contact.createdAt, deps.now(), settings),
    lastEngagedAt: lastEngagedAt(engagement),
    sends: page.map(({ send }) => ({ ...send, sentTime: sentTime(send) })),
    hasMore,
    cursor: hasMore && last !== undefined ? encodeCursor([last.place.sentAt, last.place.campaignId]) : null,
  };
}
