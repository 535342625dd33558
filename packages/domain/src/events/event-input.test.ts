import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventInput, eventAgeDays, readEvent } from "./event-input.ts";

const now = new Date("2026-04-15T10:00:00Z");
const uuid = "01890000-0000-7000-8000-000000000001";

function read(given: object) {
  const result = readEvent({ type: "opened", email: "ana@x.co", ...given }, now);
  if (!result.ok) throw new Error(result.problem.message);
  return result.input;
}

function problemOf(given: object): string {
  const result = readEvent({ type: "opened", email: "ana@x.co", ...given }, now);
  return result.ok ? "none" : `${result.problem.code} ${result.problem.field}`;
}

test("what is not said has a sense", () => {
  expect(read({})).toEqual({
    id: null,
    contact: { email: "ana@x.co" },
    event: { type: "opened", at: now, campaignId: null, campaignName: null, bounce: null },
  });
  expect(read({ type: "bounced" }).event.bounce).toBe("hard");
  expect(read({ id: "", campaignId: null, campaignName: " ", at: "" })).toEqual(read({}));
});

test("addresses are read as everywhere, ids in either form, and an id decides", () => {
  expect(read({ email: " Ana@X.co " }).contact).toEqual({ email: "ana@x.co" });
  expect(read({ contactId: uuid.toUpperCase() }).contact).toEqual({ id: uuid });
  expect(read({ contactId: "con_01H40000000000000000000001" }).contact).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test("types are read as nouns too, and in any case", () => {
  expect(read({ type: "Click" }).event.type).toBe("clicked");
  expect(read({ type: "BOUNCED", bounce: "Soft" }).event).toMatchObject({ type: "bounced", bounce: "soft" });
});

describe("times", () => {
  test("have a zone", () => {
    const at = new Date("2026-04-15T08:00:00.250Z");
    expect(read({ at: "2026-04-15T10:00:00.250+02:00" }).event.at).toEqual(at);
    expect(read({ at: "2026-04-15 08:00:00.250z" }).event.at).toEqual(at);
    expect(problemOf({ at: "2026-04-15T10:00:00" })).toBe("time_invalid at");
    expect(problemOf({ at: "2026-02-30T10:00:00Z" })).toBe("time_invalid at");
    expect(problemOf({ at: "yesterday" })).toBe("time_invalid at");
  });

  test("are not too long ago, nor far ahead", () => {
    const ago = (days: number) => new Date(+now - days * 86_400_000).toISOString();
    expect(read({ at: ago(eventAgeDays) }).event.at).toEqual(new Date(ago(eventAgeDays)));
    expect(problemOf({ at: ago(eventAgeDays + 1e-6) })).toBe("event_too_old at");
    expect(problemOf({ at: ago(-0.99) })).toBe("none");
    expect(problemOf({ at: ago(-1.01) })).toBe("event_in_future at");
  });
});

test("what cannot be is refused by the field's name", () => {
  expect(problemOf({ type: "read" })).toBe("type_invalid type");
  expect(problemOf({ type: undefined })).toBe("type_invalid type");
  expect(problemOf({ bounce: "hard" })).toBe("bounce_invalid bounce");
  expect(problemOf({ type: "bounced", bounce: "medium" })).toBe("bounce_invalid bounce");
  expect(problemOf({ email: "nonsense" })).toBe("email_invalid email");
  expect(problemOf({ email: undefined })).toBe("contact_missing email");
  expect(problemOf({ contactId: "con_1" })).toBe("contact_unknown contactId");
  expect(problemOf({ id: "x".repeat(256) })).toBe("text_too_long id");
  expect(problemOf({ campaignId: 7 })).toBe("wrong_type campaignId");
  expect(problemOf({ campaignName: "a\0" })).toBe("invalid_characters campaignName");
});

test("whatever stands there is read or refused, and a request's schema takes no less than what is read", () => {
  const value = fc.oneof(
    fc.string(),
    fc.constant(null),
    fc.integer(),
    fc.constantFrom("sent", "a@x.co", "soft"),
  );
  fc.assert(
    fc.property(
      fc.record(
        {
          id: value,
          type: value,
          email: value,
          contactId: value,
          campaignId: value,
          bounce: value,
          at: value,
        },
        { requiredKeys: [] },
      ),
      (given) => {
        const result = readEvent(given, now);
        const { type, bounce, ...rest } = given;
        if (result.ok)
          expect(EventInput.omit({ type: true, bounce: true }).safeParse(rest).success).toBe(true);
        else expect(result.problem.message).not.toBe("");
      },
    ),
  );
});
