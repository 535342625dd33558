import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstStatus, isStricter, nextStatus, Status, type StatusPolicy, strictest } from "./status.ts";

const statuses = Status.options;
const consent = { consent: "Ticked the box on the spring form." };
const policies = {
  single: { shape: "single", resubscribe: null, optInNeedsConsent: false },
  "single with resubscribe": { shape: "single", resubscribe: consent, optInNeedsConsent: false },
  many: { shape: "many", resubscribe: null, optInNeedsConsent: false },
  "many with resubscribe": { shape: "many", resubscribe: consent, optInNeedsConsent: false },
} satisfies Record<string, StatusPolicy>;

const wishes = {
  nothing: undefined,
  true: true,
  false: false,
  active: "active",
  unsubscribed: "unsubscribed",
  bounced: "bounced",
  complained: "complained",
} as const;
type Wish = keyof typeof wishes;

/**
 * The status after a write on somebody who is active, unsubscribed, bounced, complained: its first letter, with a star
 * where the report says that the status was kept; `-` is a refusal.
 */
const table: Record<keyof typeof policies, Record<Wish, string>> = {
  single: {
    nothing: "a u b c",
    true: "a a - -",
    false: "u u b c",
    active: "a a a a",
    unsubscribed: "u u u u",
    bounced: "b b b b",
    complained: "c c c c",
  },
  "single with resubscribe": {
    nothing: "a u b c",
    true: "a a a -",
    false: "u u b c",
    active: "a a a a",
    unsubscribed: "u u u u",
    bounced: "b b b b",
    complained: "c c c c",
  },
  many: {
    nothing: "a u* b* c*",
    true: "a u* b* c*",
    false: "u u b c",
    active: "a u* b* c*",
    unsubscribed: "u u b* c*",
    bounced: "b b b c*",
    complained: "c c c c",
  },
  "many with resubscribe": {
    nothing: "a a a c*",
    true: "a a a c*",
    false: "u u b c",
    active: "a a a c*",
    unsubscribed: "u u b* c*",
    bounced: "b b b c*",
    complained: "c c c c",
  },
};

const cases = Object.entries(table).flatMap(([shape, rows]) =>
  Object.entries(rows).map(([wish, cells]) => ({
    shape: shape as keyof typeof policies,
    wish: wish as Wish,
    cells,
  })),
);

describe("an existing contact", () => {
  test.each(cases)("$shape, $wish: $cells", ({ shape, wish, cells }) => {
    const got = statuses.map((current) => {
      const decision = nextStatus(current, wishes[wish], policies[shape]);
      if (!decision.ok) {
        expect(decision.current).toBe(current);
        return "-";
      }
      if (decision.kept !== null) expect(decision.kept).toBe(`kept_${current}`);
      return `${decision.status[0]}${decision.kept === null ? "" : "*"}`;
    });
    expect(got.join(" ")).toBe(cells);
  });

  test("is reactivated by `resubscribe` alone for that reason, so that the history can show the consent", () => {
    for (const { shape, wish } of cases) {
      for (const current of statuses) {
        const decision = nextStatus(current, wishes[wish], policies[shape]);
        if (!decision.ok || decision.status !== "active" || current === "active") continue;
        const byName = shape.startsWith("single") && (wish === "active" || current === "unsubscribed");
        expect(decision.reason).toBe(byName ? "explicit" : "resubscribed");
      }
    }
  });
});

const anyStatus = fc.constantFrom(...statuses);
const anyWish = fc.constantFrom(...Object.values(wishes));

test("arrays and files never loosen a status, with resubscribe only to active and never from complained", () => {
  fc.assert(
    fc.property(anyStatus, fc.array(anyWish), fc.boolean(), (first, said, resubscribe) => {
      const policy = policies[resubscribe ? "many with resubscribe" : "many"];
      let current: Status = first;
      for (const wish of said) {
        const decision = nextStatus(current, wish, policy);
        if (!decision.ok) throw new Error("A row of a file is never refused for its status.");
        if (isStricter(current, decision.status)) {
          expect(resubscribe).toBe(true);
          expect(current).not.toBe("complained");
          expect(decision.status).toBe("active");
        }
        current = decision.status;
      }
    }),
  );
});

test("a boolean never loses a bounce or a complaint, in any shape, unless a bounce is resubscribed", () => {
  for (const policy of Object.values(policies)) {
    for (const current of ["bounced", "complained"] as const) {
      for (const wish of [true, false]) {
        const decision = nextStatus(current, wish, policy);
        const lost = decision.ok && decision.status !== current;
        expect(lost).toBe(wish && current === "bounced" && policy.resubscribe !== null);
      }
    }
  }
});

test("the stricter of two statuses does not depend on their order", () => {
  expect(statuses.map((status) => strictest("unsubscribed", status)).join(" ")).toBe(
    "unsubscribed unsubscribed bounced complained",
  );
  fc.assert(
    fc.property(anyStatus, anyStatus, (a, b) => {
      expect(strictest(a, b)).toBe(strictest(b, a));
      expect(isStricter(a, b)).toBe(a !== b && strictest(a, b) === a);
    }),
  );
});

describe("a new contact", () => {
  const first = (
    wish: Status | boolean | undefined,
    policy: StatusPolicy,
    suppressed: Status | null = null,
  ) => {
    const decision = firstStatus(wish, policy, suppressed, false);
    return decision.ok ? `${decision.status}: ${decision.reason}` : "refused";
  };

  test("is active unless it says otherwise", () => {
    for (const policy of Object.values(policies)) {
      expect(first(undefined, policy)).toBe("active: default");
      expect(first(true, policy)).toBe("active: explicit");
      expect(first(false, policy)).toBe("unsubscribed: explicit");
      for (const status of statuses) expect(first(status, policy)).toBe(`${status}: explicit`);
    }
  });

  test("is unsubscribed for want of consent where a dialect asks for one, unless it opts in or brings one", () => {
    const policy: StatusPolicy = { ...policies.many, optInNeedsConsent: true };
    expect(first(undefined, policy)).toBe("unsubscribed: no_consent");
    expect(firstStatus(undefined, policy, null, false)).toMatchObject({ kept: "no_consent" });
    expect(first(true, policy)).toBe("active: explicit");
    expect(firstStatus(undefined, policy, null, true)).toMatchObject({ status: "active", reason: "default" });
  });

  test.each(["unsubscribed", "bounced", "complained"] as const)(
    "takes the status that its address left behind: %s, over any default",
    (left) => {
      const consenting = { ...policies.many, optInNeedsConsent: true };
      for (const policy of [
        ...Object.values(policies).filter(({ resubscribe }) => resubscribe === null),
        consenting,
      ]) {
        expect(firstStatus(undefined, policy, left, true)).toMatchObject({
          status: left,
          reason: "suppressed",
        });
      }
      expect(first("active", policies.many, left)).toBe(`${left}: suppressed`);
      expect(first(true, policies.many, left)).toBe(`${left}: suppressed`);
      expect(firstStatus("active", policies.many, left, false)).toMatchObject({ kept: `kept_${left}` });
    },
  );

  test("gets the status that a single create names, whatever its address left behind", () => {
    for (const left of statuses) {
      for (const status of statuses) {
        expect(firstStatus(status, policies.single, left, false)).toMatchObject({ ok: true, status });
      }
    }
  });

  test("is held to its address's bounce or complaint when a boolean asks for more", () => {
    expect(first(true, policies.single, "unsubscribed")).toBe("active: explicit");
    expect(first(true, policies.single, "bounced")).toBe("refused");
    expect(first(true, policies.single, "complained")).toBe("refused");
    expect(first(false, policies.single, "bounced")).toBe("bounced: suppressed");
  });

  test("comes back by a file only with resubscribe, and after a complaint not at all", () => {
    const policy = policies["many with resubscribe"];
    expect(first(undefined, policy, "unsubscribed")).toBe("active: resubscribed");
    expect(first("active", policy, "bounced")).toBe("active: resubscribed");
    expect(first("active", policy, "complained")).toBe("complained: suppressed");
  });
});
