import { expect, it } from "vitest";
import {
  isCertificateAddress,
  isConfirmationAddress,
  SnsMessage,
  signatureHash,
  signedText,
  TopicArn,
} from "./sns-message.ts";

const topic = "arn:aws:sns:us-west-2:123456789012:MyTopic";
const fields = {
  MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
  TopicArn: topic,
  Message: "Hello\nworld",
  Timestamp: "2026-01-31T12:00:00.000Z",
  SignatureVersion: "1",
  Signature: "EXAMPLE==",
  SigningCertURL: "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233f.pem",
};

it("what is signed: names and values by line, the subject only where there is one", () => {
  const message = SnsMessage.parse({ Type: "Notification", ...fields });
  const lines = [
    "Message\nHello\nworld",
    `MessageId\n${fields.MessageId}`,
    `Timestamp\n${fields.Timestamp}`,
    `TopicArn\n${topic}`,
    "Type\nNotification",
  ];
  expect(signedText(message)).toBe(`${lines.join("\n")}\n`);
  const titled = SnsMessage.parse({ Type: "Notification", ...fields, Subject: "Hi" });
  lines.splice(2, 0, "Subject\nHi");
  expect(signedText(titled)).toBe(`${lines.join("\n")}\n`);
});

it("what is signed of a confirmation has its token and its address", () => {
  const SubscribeURL = "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=t";
  const message = SnsMessage.parse({ Type: "SubscriptionConfirmation", ...fields, Token: "t", SubscribeURL });
  expect(signedText(message)).toContain(`SubscribeURL\n${SubscribeURL}\nTimestamp\n`);
  expect(signedText(message)).toContain("\nToken\nt\nTopicArn\n");
});

it("version 1 is signed over SHA-1, 2 over SHA-256; others are not known", () => {
  const versions = ["1", "2", "3", "toString"].map((SignatureVersion) =>
    signatureHash(SnsMessage.parse({ Type: "Notification", ...fields, SignatureVersion })),
  );
  expect(versions).toEqual(["sha1", "sha256", null, null]);
});

it.each([
  [fields.SigningCertURL, true],
  ["http://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3.pem", false],
  ["https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3.pem", false],
  ["https://sns.us-west-2.amazonaws.com.evil.example/SimpleNotificationService-f3.pem", false],
  ["https://sns.us-west-2.amazonaws.com@evil.example/SimpleNotificationService-f3.pem", false],
  ["https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-f3.pem", false],
  ["https://sns.us-west-2.amazonaws.com/other.pem", false],
  ["https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3.pem?x=1", false],
  ["https://sns.us-west-2.amazonaws.com:8443/SimpleNotificationService-f3.pem", false],
])("a certificate at %s is taken: %s", (address, taken) => {
  expect(isCertificateAddress(address, topic)).toBe(taken);
});

it.each([
  ["https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=t", true],
  ["https://sns.us-west-2.amazonaws.com/?Action=DeleteTopic&TopicArn=x", false],
  ["https://evil.example/?Action=ConfirmSubscription&Token=t", false],
  ["http://169.254.169.254/?Action=ConfirmSubscription&Token=t", false],
])("a subscription is confirmed at %s: %s", (address, taken) => {
  expect(isConfirmationAddress(address, topic)).toBe(taken);
});

it("in China SNS has another host", () => {
  const china = "arn:aws-cn:sns:cn-north-1:123456789012:MyTopic";
  expect(TopicArn.safeParse(china).success).toBe(true);
  const address = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-f3.pem";
  expect(isCertificateAddress(address, china)).toBe(true);
});

it.each(["", "x", "arn:aws:sqs:us-west-2:123456789012:q", `${topic}.fifo`, "arn:aws:sns:s3:123456789012:t"])(
  "%j is no topic that can speak here",
  (text) => {
    expect(TopicArn.safeParse(text).success).toBe(false);
  },
);
