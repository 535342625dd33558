import { hash } from "node:crypto";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { type EventInput, eventsLimit } from "@roster/domain/events/event-input.ts";
import { isSourceToken } from "@roster/domain/events/event-source.ts";
import { postmarkReport } from "@roster/domain/events/postmark-report.ts";
import {
  oneIgnored,
  type ProviderEvent,
  type ProviderReport,
} from "@roster/domain/events/provider-report.ts";
import { sendgridReport } from "@roster/domain/events/sendgrid-report.ts";
import { sesReport } from "@roster/domain/events/ses-report.ts";
import { isConfirmationAddress, SnsMessage } from "@roster/domain/events/sns-message.ts";
import { Refused } from "@roster/domain/refusal.ts";
import {
  noteReceipt,
  noteRefused,
  type OpenedSource,
  type Receipt,
  sourceByToken,
} from "@roster/store/events/event-sources.ts";
import type { Deps } from "../deps.ts";
import { type ProviderRequest, provePassword, proveSendgrid, proveSns, secretHash } from "./event-proof.ts";
import { recordEvents } from "./events.ts";

export type { OpenedSource, Receipt } from "@roster/store/events/event-sources.ts";

/**
 * The source at an address, by the token in it: its hash is looked up, so that no comparison takes the longer the more of the
 * token was guessed.
 * @throws Refused not_found
 */
export async function openEventSource(deps: Deps, token: string): Promise<OpenedSource> {
  const source = isSourceToken(token) ? await sourceByToken(deps.sql, secretHash(token)) : null;
  if (source === null) throw new Refused({ code: "not_found", what: "event source" });
  return source;
}

/**
 * Takes what a provider sent to a source: proves whose it is, translates it and records the events. Sent again, it changes
 * nothing. Events that cannot be recorded, of an unknown address say, are counted and not refused: a provider would only send
 * them again.
 * @throws Refused bad_signature, invalid (the body), unreachable, busy
 */
export async function receiveEvents(
  deps: Deps,
  source: OpenedSource,
  request: ProviderRequest,
): Promise<Receipt> {
  const { report, note } = await readRequest(deps, source, request).catch(async (error: unknown) => {
    if (error instanceof Refused) await noteRefused(deps.sql, source, error.message);
    throw error;
  });
  const { ignored, unreadable } = report;
  const receipt = { accepted: 0, duplicate: 0, failed: unreadable.length, ignored };
  let error = note ?? unreadable[0] ?? null;
  try {
    for (let at = 0; at < report.events.length; at += eventsLimit) {
      const events = report.events.slice(at, at + eventsLimit).map(eventInput);
      const recorded = await recordEvents(deps, scopeOf(source), { events });
      receipt.accepted += recorded.accepted;
      receipt.duplicate += recorded.duplicate;
      receipt.failed += recorded.failed;
      const failure = recorded.outcomes.find((outcome) => outcome.kind === "failed");
      error ??= failure?.problem.message ?? null;
    }
  } finally {
    // What was recorded before something went wrong counts too; it will come again, as duplicates.
    await noteReceipt(deps.sql, source, receipt, error);
  }
  return receipt;
}

/** The tenant in whose name a source's events are recorded. */
function scopeOf({ accountId, tenantId }: OpenedSource): TenantScope {
  return { accountId, tenantId, keyId: null, granted: ["contacts:write"], contactLimit: null };
}

/** The id hides the address that an identity may hold: ids are kept after a contact is gone. */
function eventInput({ identity, at, ...event }: ProviderEvent): EventInput {
  const digest = hash("sha256", JSON.stringify(identity), "base64url");
  return { ...event, id: `${identity[0]}:${digest}`, at: at.toISOString() };
}

type Reading = { report: ProviderReport; note: string | null };

async function readRequest(deps: Deps, source: OpenedSource, request: ProviderRequest): Promise<Reading> {
  switch (source.provider) {
    case "sendgrid": {
      proveSendgrid(source.settings, request, deps.now());
      const report = sendgridReport(parsedJson(request), source.settings);
      if (report === null) throw invalidBody("SendGrid sends a list of events. Send a JSON array.");
      return { report, note: null };
    }
    case "postmark":
      provePassword(source.settings, source.passwordHash, request);
      return { report: postmarkReport(parsedJson(request)), note: null };
    case "ses":
      return readSns(deps, source.settings, request);
  }
}

async function readSns(
  deps: Deps,
  settings: { topicArn: string },
  request: ProviderRequest,
): Promise<Reading> {
  if (request.headers["x-amz-sns-rawdelivery"] === "true") {
    throw invalidBody(
      "This came by raw message delivery, which SNS does not sign. Switch it off for the subscription.",
    );
  }
  const message = SnsMessage.safeParse(parsedJson(request));
  if (!message.success) {
    const field = message.error.issues[0]?.path.join(".") || "Type";
    throw invalidBody(
      `This is no message of Amazon SNS: look at ${field}. Raw message delivery has to be off.`,
    );
  }
  await proveSns(deps, settings, message.data);
  switch (message.data.Type) {
    case "SubscriptionConfirmation": {
      const { SubscribeURL } = message.data;
      if (!isConfirmationAddress(SubscribeURL, settings.topicArn)) {
        throw invalidBody("The SubscribeURL does not lead to the topic's SNS.");
      }
      await deps.sns.confirm(SubscribeURL);
      return { report: oneIgnored, note: null };
    }
    case "UnsubscribeConfirmation":
      return {
        report: oneIgnored,
        note: "The subscription was ended at Amazon SNS: nothing more will come.",
      };
    case "Notification": {
      const told = jsonOf(message.data.Message);
      // When a topic is set up, SES sends a sentence to it.
      return { report: told === undefined ? oneIgnored : sesReport(told), note: null };
    }
  }
}

function parsedJson({ body }: ProviderRequest): unknown {
  const value = jsonOf(body.toString());
  if (value === undefined) throw invalidBody("The body is not valid JSON.");
  return value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalidBody(message: string): Refused {
  return new Refused({ code: "invalid", issues: [{ field: "body", code: "not_the_providers", message }] });
}
