import { z } from "zod";

/** A topic of Amazon SNS. FIFO topics, which end in `.fifo`, deliver to no web address. */
export const TopicArn = z
  .string()
  .trim()
  .regex(
    /^arn:aws(-[a-z]+)*:sns:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    "Give the topic's ARN, as arn:aws:sns:eu-central-1:123456789012:name. FIFO topics deliver to no web address.",
  );

const signed = {
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.string(),
  Signature: z.string(),
  SigningCertURL: z.string(),
};

/** What SNS posts to a web address: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html. */
export const SnsMessage = z.discriminatedUnion("Type", [
  z.object({ Type: z.literal("Notification"), ...signed, Subject: z.string().nullish() }),
  z.object({
    Type: z.enum(["SubscriptionConfirmation", "UnsubscribeConfirmation"]),
    ...signed,
    Token: z.string(),
    SubscribeURL: z.string(),
  }),
]);
export type SnsMessage = z.infer<typeof SnsMessage>;

/** The text that SNS signs: names and values on lines of their own, in the order of the names. */
export function signedText(message: SnsMessage): string {
  const { MessageId, TopicArn: topic, Message, Timestamp, Type } = message;
  const pairs: [name: string, value: string | null | undefined][] =
    message.Type === "Notification"
      ? [
          ["Message", Message],
          ["MessageId", MessageId],
          ["Subject", message.Subject],
          ["Timestamp", Timestamp],
          ["TopicArn", topic],
          ["Type", Type],
        ]
      : [
          ["Message", Message],
          ["MessageId", MessageId],
          ["SubscribeURL", message.SubscribeURL],
          ["Timestamp", Timestamp],
          ["Token", message.Token],
          ["TopicArn", topic],
          ["Type", Type],
        ];
  return pairs.map(([name, value]) => (typeof value === "string" ? `${name}\n${value}\n` : "")).join("");
}

/**
 * The hash of the message's version of signatures; null for a version that is not known.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function signatureHash({ SignatureVersion }: SnsMessage): "sha1" | "sha256" | null {
  if (SignatureVersion === "1") return "sha1";
  return SignatureVersion === "2" ? "sha256" : null;
}

/**
 * The only address at which SNS speaks for a topic. It is taken from the topic that is allowed and not matched against a
 * pattern of hosts: `sns.s3-us-west-2.amazonaws.com` would be anybody's bucket of the name sns.
 */
export function snsOrigin(topicArn: string): string {
  const [, partition, , region] = topicArn.split(":");
  return `https://sns.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;
}

/** Whether a certificate lies where SNS keeps the topic's. */
export function isCertificateAddress(address: string, topicArn: string): boolean {
  const origin = snsOrigin(topicArn);
  if (!address.startsWith(`${origin}/`)) return false;
  return /^\/SimpleNotificationService-[0-9A-Za-z]+\.pem$/.test(address.slice(origin.length));
}

/** Whether an address confirms a subscription at the topic's SNS, and does nothing else there. */
export function isConfirmationAddress(address: string, topicArn: string): boolean {
  return address.startsWith(`${snsOrigin(topicArn)}/?Action=ConfirmSubscription&`);
}
