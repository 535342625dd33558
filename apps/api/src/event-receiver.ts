import type { Deps } from "@roster/usecases/deps.ts";
import { openEventSource, receiveEvents } from "@roster/usecases/events/event-receipt.ts";
import { Router } from "express";
import type { Logger } from "pino";
import type { RequestLimit } from "./request-limit.ts";
import { fileBody } from "./rest/body.ts";
import { answerErrors, type Dialect, noSuchRoute } from "./rest/dialect.ts";

/**
 * SendGrid's requests have up to 768 kB, a message of SNS up to 256 kB inside JSON; the rest is for Postmark, which can be told
 * to send the bounced mail along.
 */
const bodyBytes = 5 * 1024 * 1024;

const mountedAt = "/receive";

/** Where a provider sends its events, behind the server's own address. */
export function receiverPath(token: string): string {
  return `${mountedAt}/${token}`;
}

/**
 * What providers call: no key, but an address of each source's own. No dialect, for its callers have their own forms; refusals
 * are said in the house's. A request that nothing can be kept of is answered 200 all the same, or it would come again for days.
 */
export function receiverRoutes(
  deps: Deps,
  logger: Logger,
  requests: RequestLimit,
  refusals: Dialect,
): Router {
  const router = Router();

  router.post(`${mountedAt}/:token`, async (req, res) => {
    const source = await openEventSource(deps, req.params.token);
    const caller = { keyId: source.id, requestsPerMinute: source.requestsPerMinute };
    await requests.take(caller, refusals.limitHeaders, (name, value) => res.setHeader(name, value));
    // SNS declares its JSON as text: the body is read as it is, which is also what is signed.
    const body = await fileBody(req, res, bodyBytes);
    res.json({ success: true, data: await receiveEvents(deps, source, { body, headers: req.headers }) });
  });

  router.use(mountedAt, noSuchRoute);
  router.use(answerErrors(refusals, logger));
  return router;
}
