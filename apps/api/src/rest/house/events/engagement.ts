import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { CampaignSend } from "@roster/domain/events/campaign-send.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type EngagementView, getEngagement } from "@roster/usecases/events/engagement.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { contactIdOf } from "../contacts/contact-path.ts";
import { houseScope } from "../scope.ts";
import { many } from "../wire.ts";

export const EngagementQuery = z.strictObject({
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor.describe("Where to go on: the `cursor` of the page before."),
});

/** What a contact did with what it was sent. To be mounted at /contacts. */
export function engagementRoutes(deps: Deps): Router {
  const router = Router();
  router.get("/:id/engagement", async (req, res) => {
    const scope = await houseScope(deps, req);
    const query = checked(EngagementQuery, req.query);
    res.json(shownEngagement(await getEngagement(deps, scope, contactIdOf(req.params.id), query)));
  });
  return router;
}

/** The campaigns as the page, and what they come to beside it. */
function shownEngagement({ contact, engagement, level, lastEngagedAt, sends, ...page }: EngagementView) {
  const { sent, delivered, opened, clicked, softBounces } = engagement;
  const { firstSentAt, lastSentAt, lastDeliveredAt, lastOpenedAt, lastClickedAt } = engagement;
  return {
    ...many(sends.map(shownSend), page),
    engagement: {
      contactId: toHouseId(contact.id),
      level,
      lastEngagementAt: lastEngagedAt,
      totals: { sends: sent, delivered, opens: opened, clicks: clicked },
      softBounces,
      firstSentAt,
      lastSentAt,
      lastDeliveredAt,
      lastOpenedAt,
      lastClickedAt,
    },
  };
}

function shownSend(send: CampaignSend & { sentTime: Date }) {
  const { campaignId, campaignName, sentTime, bounce } = send;
  const { deliveredAt, openedAt, clickedAt, bouncedAt, complainedAt, unsubscribedAt } = send;
  return {
    campaignId,
    campaignName,
    sentAt: sentTime,
    deliveredAt,
    openedAt,
    clickedAt,
    bouncedAt,
    bounce,
    complainedAt,
    unsubscribedAt,
    events: {
      sent: send.sent,
      delivered: send.delivered,
      opened: send.opened,
      clicked: send.clicked,
      bounced: send.bounced,
    },
  };
}
