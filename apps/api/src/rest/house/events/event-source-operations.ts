import { EventSourceChange, EventSourceWish } from "@roster/domain/events/event-source.ts";
import {
  eventSource,
  exampleTime,
  newEventSource,
  nobody as nobodyId,
} from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Done, manyOf, oneOf } from "../answers.ts";
import { EventSource, OpenedEventSource } from "./event-source-answers.ts";
import { EventSourcePath, EventSourcesQuery } from "./event-sources.ts";

const path = "/v1/event-sources";
const onePath = `${path}/{id}`;
const tag = "Event sources";

const topicArn = "arn:aws:sns:eu-central-1:123456789012:mail-events";

/** A source as it was made. */
const source = {
  id: eventSource,
  name: "Newsletter sender",
  provider: "postmark",
  settings: { basicAuth: true },
  beginning: "evs_Hk3f",
  lastReceivedAt: null,
  received: { accepted: 0, duplicate: 0, failed: 0, ignored: 0, refused: 0 },
  lastError: null,
  createdAt: exampleTime,
  updatedAt: exampleTime,
};

const token = "evs_Hk3f8sQx1Zb7Lm2Nc9Vw4Rt6Yp0Ka5Jd3Gh8Ue1Xo7Ti";
const opening = { token, user: null, password: null, path: `/receive/${token}` };
const made = { ...source, id: newEventSource };
const password = "2Wq7Ez4Rt1Yu8Io5Pa0Sd3Fg6Hj9Kl2Zx5Cv8Bn1Mq4";

const nobody = {
  summary: "An id that no source has",
  path: { id: nobodyId.id },
  refusal: { code: "not_found", what: "event source" },
} as const;

/** Addresses at which providers tell what became of mails. */
export const eventSourceOperations: Operation[] = [
  {
    id: "listEventSources",
    tag,
    method: "get",
    path,
    summary: "List event sources",
    description: "Newest first.",
    needs: "contacts:read",
    query: EventSourcesQuery,
    answers: { 200: { description: "A page", content: json(manyOf(EventSource)) } },
    examples: {
      one: {
        summary: `A tenant with the one source ${eventSource}`,
        query: { limit: "50" },
        status: 200,
        answer: { success: true, data: [source], cursor: null, hasMore: false },
      },
    },
  },
  {
    id: "createEventSource",
    tag,
    method: "post",
    path,
    summary: "Make an address for a provider's webhooks",
    description:
      "The answer has the path to which the provider is to send its events, and the password that Postmark is to send along. They are shown this once, and kept nowhere; therefore an Idempotency-Key is refused here.",
    needs: "contacts:write",
    body: { content: json(EventSourceWish) },
    answers: {
      201: { description: "The source and what opens it", content: json(oneOf(OpenedEventSource)) },
    },
    examples: {
      ses: {
        summary: "Amazon SES, through a topic of SNS",
        body: { name: "SES Frankfurt", provider: "ses", settings: { topicArn } },
        status: 201,
        answer: {
          success: true,
          data: { ...made, name: "SES Frankfurt", provider: "ses", settings: { topicArn }, ...opening },
        },
      },
      sendgrid: {
        summary: "SendGrid; its key comes later, when SendGrid knows the address",
        body: { name: "SendGrid", provider: "sendgrid" },
        status: 201,
        answer: {
          success: true,
          data: {
            ...made,
            name: "SendGrid",
            provider: "sendgrid",
            settings: { publicKey: null, countMachineOpens: false },
            ...opening,
          },
        },
      },
      postmark: {
        summary: "Postmark, with a password",
        body: { name: "Postmark", provider: "postmark" },
        status: 201,
        answer: {
          success: true,
          data: { ...made, name: "Postmark", ...opening, user: "roster", password },
        },
      },
      noTopic: {
        summary: "SES without its topic",
        body: { name: "SES Frankfurt", provider: "ses", settings: { topicArn: "mail-events" } },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "settings.topicArn",
              code: "invalid_format",
              message:
                "Give the topic's ARN, as arn:aws:sns:eu-central-1:123456789012:name. FIFO topics deliver to no web address.",
            },
          ],
        },
      },
    },
    refusals: ["name_taken"],
  },
  {
    id: "getEventSource",
    tag,
    method: "get",
    path: onePath,
    summary: "See what came to an event source",
    needs: "contacts:read",
    params: EventSourcePath,
    answers: { 200: { description: "The source", content: json(oneOf(EventSource)) } },
    examples: {
      one: {
        summary: "Nothing came yet",
        path: { id: eventSource },
        status: 200,
        answer: { success: true, data: source },
      },
      unknown: nobody,
    },
  },
  {
    id: "updateEventSource",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change an event source",
    description: "What is left out stays, and so does the address.",
    needs: "contacts:write",
    params: EventSourcePath,
    body: { content: json(EventSourceChange) },
    answers: { 200: { description: "The source as it is now", content: json(oneOf(EventSource)) } },
    examples: {
      renamed: {
        summary: "Another name",
        path: { id: eventSource },
        body: { name: "Postmark, broadcasts" },
        status: 200,
        answer: { success: true, data: { ...source, name: "Postmark, broadcasts" } },
      },
      foreign: {
        summary: "A setting of another provider",
        path: { id: eventSource },
        body: { settings: { topicArn } },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "settings.topicArn",
              code: "setting_of_another_provider",
              message: "A source of postmark has no such setting; it has basicAuth.",
            },
          ],
        },
      },
      unknown: { ...nobody, body: { name: "Postmark, broadcasts" } },
    },
    refusals: ["name_taken"],
  },
  {
    id: "rotateEventSource",
    tag,
    method: "post",
    path: `${onePath}/rotate`,
    summary: "Give an event source another address",
    description:
      "At once: what the provider sends to the former address is answered 404 from then on. The new address is shown this once; therefore an Idempotency-Key is refused here.",
    needs: "contacts:write",
    params: EventSourcePath,
    answers: {
      200: { description: "The source and what opens it", content: json(oneOf(OpenedEventSource)) },
    },
    examples: {
      rotated: {
        summary: "A source of Postmark",
        path: { id: eventSource },
        status: 200,
        answer: { success: true, data: { ...source, ...opening, user: "roster", password } },
      },
      unknown: nobody,
    },
  },
  {
    id: "deleteEventSource",
    tag,
    method: "delete",
    path: onePath,
    summary: "Delete an event source",
    description: "Its events stay.",
    needs: "contacts:write",
    params: EventSourcePath,
    answers: { 200: { description: "It is gone", content: json(Done) } },
    examples: {
      gone: {
        summary: "A source that is not needed any more",
        path: { id: eventSource },
        status: 200,
        answer: { success: true },
      },
      unknown: nobody,
    },
  },
];
