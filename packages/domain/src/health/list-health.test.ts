import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Status } from "../contacts/status.ts";
import { isDisposableDomain } from "./disposable-domain.ts";
import {
  assessContact,
  type DomainFacts,
  FoundClass,
  HealthClass,
  type HealthEngagement,
  HealthReason,
  HealthRules,
  reasonClass,
} from "./list-health.ts";
import { isRoleAddress } from "./role-address.ts";

const day = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 0, 31);
const rules = HealthRules.parse({});
const roles = new Set(["info", "sales"]);
const domain: DomainFacts = { takesMail: "unknown", disposable: false, provider: false, suggestion: null };
const idle: HealthEngagement = {
  sent: 0,
  delivered: 0,
  opened: 0,
  clicked: 0,
  softBounces: 0,
  firstSentAt: null,
  lastOpenedAt: null,
  lastClickedAt: null,
};
const assess = (
  given: {
    email?: string;
    status?: Status;
    engagement?: Partial<HealthEngagement>;
    domain?: Partial<DomainFacts> | null;
  } = {},
) => {
  const { email = "ann@acme.com", status = "active", engagement } = given;
  const facts = given.domain === null ? null : { ...domain, ...given.domain };
  const events = engagement === undefined ? null : { ...idle, ...engagement };
  return assessContact({ email, status }, events, facts, rules, roles, now);
};

describe("assessContact", () => {
  it("somebody of whom nothing speaks is healthy, also without any event", () => {
    expect(assess()).toEqual({ class: "healthy", reasons: [], suggestion: null });
    expect(assess({ engagement: {} }).class).toBe("healthy");
    expect(assess({ engagement: { sent: 9, opened: 1, lastOpenedAt: now - day } }).class).toBe("healthy");
  });

  it.each([
    ["syntax", "invalid", { domain: null }],
    ["no_mx", "invalid", { domain: { takesMail: "no" } }],
    ["disposable_domain", "risky", { domain: { disposable: true } }],
    ["role_address", "risky", { email: "info@acme.com" }],
    ["likely_typo", "risky", { domain: { suggestion: "gmail.com" } }],
    ["repeated_soft_bounces", "risky", { engagement: { softBounces: 2 } }],
    ["never_opened", "unengaged", { engagement: { sent: 5, firstSentAt: now - day } }],
    ["never_opened", "unengaged", { engagement: { delivered: 5 } }],
    ["no_recent_open", "unengaged", { engagement: { sent: 9, opened: 3, lastOpenedAt: now - 90 * day } }],
    ["no_recent_open", "unengaged", { engagement: { sent: 1, firstSentAt: now - 90 * day } }],
  ] as const)("%s makes %s: %j", (reason, found, given) => {
    expect(assess(given as Parameters<typeof assess>[0])).toMatchObject({ class: found, reasons: [reason] });
  });

  it.each([
    ["an hour less than 90 days ago", { engagement: { opened: 1, lastOpenedAt: now - 90 * day + 1 } }],
    ["a click is an open", { engagement: { sent: 9, clicked: 1, lastClickedAt: now - day } }],
    [
      "the later of open and click counts",
      { engagement: { opened: 1, clicked: 1, lastOpenedAt: now - 200 * day, lastClickedAt: now - day } },
    ],
    ["sent to for the first time yesterday", { engagement: { sent: 4, firstSentAt: now - day } }],
    ["one soft bounce", { engagement: { softBounces: 1 } }],
    ["no answer from the DNS", { domain: { takesMail: "unknown" } }],
    ["info at a provider for everybody", { email: "info@gmail.com", domain: { provider: true } }],
  ] as const)("healthy: %s", (_, given) => {
    expect(assess(given as Parameters<typeof assess>[0]).class).toBe("healthy");
  });

  it.each(["unsubscribed", "bounced", "complained"] as const)("who is %s opens nothing", (status) => {
    expect(assess({ status, engagement: { sent: 9 } }).class).toBe("healthy");
    expect(assess({ status, email: "info@acme.com" }).class).toBe("risky");
  });

  it("several reasons stand together, and the strictest makes the class", () => {
    const found = assess({
      email: "sales@acme.com",
      domain: { takesMail: "no", disposable: true, suggestion: "gmail.com" },
      engagement: { sent: 9, softBounces: 3 },
    });
    expect(found).toEqual({
      class: "invalid",
      reasons: [
        "no_mx",
        "disposable_domain",
        "role_address",
        "likely_typo",
        "repeated_soft_bounces",
        "never_opened",
      ],
      suggestion: "gmail.com",
    });
  });

  const count = fc.nat(12);
  const time = fc.option(fc.integer({ min: now - 400 * day, max: now }));
  const engagement = fc.option(
    fc.record({
      sent: count,
      delivered: count,
      opened: count,
      clicked: count,
      softBounces: count,
      firstSentAt: time,
      lastOpenedAt: time,
      lastClickedAt: time,
    }),
  );
  const facts = fc.option(
    fc.record({
      takesMail: fc.constantFrom("yes", "no", "unknown"),
      disposable: fc.boolean(),
      provider: fc.boolean(),
      suggestion: fc.constantFrom(null, "gmail.com"),
    }),
  );
  const people = fc.record({
    email: fc.constantFrom("info@x.io", "ann@x.io"),
    status: fc.constantFrom(...Status.options),
  });

  it("the class is that of the strictest reason; healthy without any; the same at every call", () => {
    fc.assert(
      fc.property(people, engagement, facts, (contact, events, known) => {
        const verdict = assessContact(contact, events, known, rules, roles, now);
        const classes = verdict.reasons.map((reason) => reasonClass[reason]);
        const strictest = FoundClass.options.find((option) => classes.includes(option)) ?? "healthy";
        expect(verdict.class).toBe(strictest);
        expect(verdict.reasons).toEqual(HealthReason.options.filter((one) => verdict.reasons.includes(one)));
        expect(assessContact(contact, events, known, rules, roles, now)).toEqual(verdict);
      }),
    );
  });

  it("time alone never makes anybody healthier, and an open just now takes away every lack of opens", () => {
    const order = HealthClass.options;
    const rank = (found: HealthClass) => (found === "healthy" ? order.length : order.indexOf(found));
    fc.assert(
      fc.property(people, engagement, facts, fc.nat(300), (contact, events, known, days) => {
        const later = assessContact(contact, events, known, rules, roles, now + days * day);
        const before = assessContact(contact, events, known, rules, roles, now);
        expect(rank(later.class)).toBeLessThanOrEqual(rank(before.class));
        if (events === null) return;
        const opened = { ...events, opened: events.opened + 1, lastOpenedAt: now };
        const { class: found } = assessContact(contact, opened, known, rules, roles, now);
        expect(found).not.toBe("unengaged");
      }),
    );
  });
});

it.each([
  ["info@acme.com", true],
  ["info+web@acme.com", true],
  ["informer@acme.com", false],
  ["ann+info@acme.com", false],
  ["+info@acme.com", false],
])("isRoleAddress(%s) is %s", (email, expected) => {
  expect(isRoleAddress(email, roles)).toBe(expected);
});

it.each([
  ["mailinator.com", true],
  ["a.b.mailinator.com", true],
  ["notmailinator.com", false],
  ["com", false],
])("isDisposableDomain(%s) is %s", (name, expected) => {
  expect(isDisposableDomain(name, new Set(["mailinator.com"]))).toBe(expected);
});
