import { describe, expect, it } from "vitest";
import {
  changeSettings,
  EventSourceWish,
  formatSourceToken,
  isRecent,
  isSourceToken,
  tokenBeginning,
} from "./event-source.ts";

describe("what a source is asked to be", () => {
  it("the settings of SendGrid and Postmark need not be given; the topic of SES has to be", () => {
    const wish = (provider: string, settings?: object) =>
      EventSourceWish.safeParse({ name: " Mail ", provider, settings });
    expect(wish("sendgrid").data).toEqual({
      name: "Mail",
      provider: "sendgrid",
      settings: { publicKey: null, countMachineOpens: false },
    });
    expect(wish("postmark", {}).data?.settings).toEqual({ basicAuth: true });
    expect(wish("ses").error?.issues[0]?.path).toEqual(["settings"]);
    expect(wish("mailgun").error?.issues[0]?.path).toEqual(["provider"]);
  });

  it("a key is read with or without the lines of PEM", () => {
    const settings = { publicKey: "-----BEGIN PUBLIC KEY-----\nMFkw\nEwYH\n-----END PUBLIC KEY-----\n" };
    expect(EventSourceWish.parse({ name: "x", provider: "sendgrid", settings }).settings).toEqual({
      publicKey: "MFkwEwYH",
      countMachineOpens: false,
    });
  });
});

describe("a change of settings", () => {
  const sendgrid = {
    provider: "sendgrid",
    settings: { publicKey: "AAAA", countMachineOpens: true },
  } as const;

  it("keeps what it does not name", () => {
    expect(changeSettings(sendgrid, { publicKey: null })).toEqual({
      ok: true,
      kind: { provider: "sendgrid", settings: { publicKey: null, countMachineOpens: true } },
    });
    expect(changeSettings(sendgrid)).toEqual({ ok: true, kind: sendgrid });
  });

  it("names the settings of another provider", () => {
    const changed = changeSettings(sendgrid, { basicAuth: true, countMachineOpens: false });
    expect(changed.ok ? [] : changed.issues.map(({ field }) => field)).toEqual(["settings.basicAuth"]);
  });
});

it("a token is made of 256 bits and recognised by its form", () => {
  const token = formatSourceToken(new Uint8Array(32).fill(255));
  expect(token).toMatch(/^evs_[0-9A-Za-z]{43}$/);
  expect(tokenBeginning(token)).toBe(token.slice(0, 8));
  expect([token, token.slice(1), `${token}x`, "evs_", "sk_"].map(isSourceToken)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

it.each([
  ["1769860800", true],
  ["1769771400", true],
  ["1769770000", false],
  ["1769861300", true],
  ["1769861500", false],
  ["", false],
  ["1e9", false],
  ["-1", false],
])("a time of %j is recent: %s", (timestamp, recent) => {
  expect(isRecent(timestamp, new Date("2026-01-31T12:00:00Z"))).toBe(recent);
});
