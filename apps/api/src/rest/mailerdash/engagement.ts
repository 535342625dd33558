import type { Deps } from "@roster/usecases/deps.ts";
import { type EngagementView, getEngagement } from "@roster/usecases/events/engagement.ts";
import { Router } from "express";
import { mailerdashScope } from "./scope.ts";

/** Most campaigns in an answer: this API has no further pages of them. */
const sendLimit = 1000;

/** What a contact did with what it was sent. To be mounted at /contacts. */
export function engagementRoutes(deps: Deps): Router {
  const router = Router();
  router.get("/:email/engagement", async (req, res) => {
    const scope = await mailerdashScope(deps, req);
    const view = await getEngagement(deps, scope, { email: req.params.email }, { limit: sendLimit });
    res.json(mailerdashEngagement(view));
  });
  return router;
}

function mailerdashEngagement({ contact, engagement, level, lastEngagedAt, sends }: EngagementView) {
  return {
    email: contact.email,
    sends: sends.map(({ campaignId, campaignName, sentTime, opened, clicked }) => ({
      campaign_id: campaignId,
      campaign_name: campaignName,
      sent_at: sentTime,
      opened: opened > 0,
      clicked: clicked > 0,
    })),
    totals: { sends: engagement.sent, opens: engagement.opened, clicks: engagement.clicked },
    score: level,
    last_engagement_at: lastEngagedAt,
  };
}
