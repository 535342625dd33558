import type { Deps } from "@roster/usecases/deps.ts";
import {
  getDelivery,
  listDeliveries,
  replayDelivery,
  testWebhook,
} from "@roster/usecases/webhooks/webhook-log.ts";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  replayWebhook,
  rotateWebhookSecret,
  updateWebhook,
} from "@roster/usecases/webhooks/webhooks.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";
import {
  DeliveriesQuery,
  houseDelivery,
  houseWebhook,
  NewWebhook,
  ReplayBody,
  WebhookChange,
} from "./webhook-wire.ts";

/** The longest address, and the rest. */
const bodyBytes = 16 * 1024;

/** Endpoints that are told of changes, and the log of what they were told. To be mounted at /webhooks. */
export function webhookRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const webhooks = await listWebhooks(deps, scope);
    res.json(many(webhooks.map(houseWebhook), { cursor: null, hasMore: false }));
  });

  router.post("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = await jsonBody(req, res, bodyBytes);
    const settings = checked(NewWebhook, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { secret, ...webhook } = await createWebhook(deps, scope, settings);
      return { status: 201, body: one({ ...houseWebhook(webhook), secret }) };
    });
  });

  router.get("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(houseWebhook(await getWebhook(deps, scope, req.params.id))));
  });

  router.patch("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    const changes = checked(WebhookChange, await jsonBody(req, res, bodyBytes));
    res.json(one(houseWebhook(await updateWebhook(deps, scope, req.params.id, changes))));
  });

  router.delete("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    await deleteWebhook(deps, scope, req.params.id);
    res.json({ success: true });
  });

  router.post("/:id/secret", async (req, res) => {
    const scope = await houseScope(deps, req);
    await replyOnce({ deps, scope, req, res }, null, async (deps) => {
      const { secret, formerValidUntil } = await rotateWebhookSecret(deps, scope, req.params.id);
      return { status: 200, body: one({ secret, formerValidUntil: formerValidUntil.toISOString() }) };
    });
  });

  router.post("/:id/test", async (req, res) => {
    const scope = await houseScope(deps, req);
    await replyOnce({ deps, scope, req, res }, null, async (deps) => {
      const delivery = await testWebhook(deps, scope, req.params.id);
      return { status: 202, body: one(houseDelivery(delivery)) };
    });
  });

  router.post("/:id/replay", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = await jsonBody(req, res, bodyBytes);
    const { from } = checked(ReplayBody, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 202, body: one(houseWebhook(await replayWebhook(deps, scope, req.params.id, from))) };
    });
  });

  router.get("/:id/deliveries", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listDeliveries(deps, scope, req.params.id, checked(DeliveriesQuery, req.query));
    res.json(many(page.deliveries.map(houseDelivery), page));
  });

  router.get("/:id/deliveries/:deliveryId", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { id, deliveryId } = req.params;
    res.json(one(houseDelivery(await getDelivery(deps, scope, id, deliveryId))));
  });

  router.post("/:id/deliveries/:deliveryId/replay", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { id, deliveryId } = req.params;
    await replyOnce({ deps, scope, req, res }, null, async (deps) => {
      return { status: 202, body: one(houseDelivery(await replayDelivery(deps, scope, id, deliveryId))) };
    });
  });

  return router;
}
