import { describe, expect, test } from "vitest";
import { ann, play } from "../../test/upsert-play.ts";
import type { ContactInput } from "../contacts/contact.ts";
import { readDefaults } from "./import-default.ts";
import { ImportPolicy, importWritePolicy } from "./import-policy.ts";

const policy = (defaults: Record<string, string>, more: object = {}) =>
  importWritePolicy(ImportPolicy.parse({ defaults, ...more }));

describe("what a row does not say is the default", () => {
  const defaults = { Vorname: "Friend", plan: "free", status: "unsubscribed", phone: "+49 30 1" };

  test("a new contact gets it where there is no such column, an empty cell or no such key", () => {
    const world = play([], policy(defaults));
    world.row({ email: "cy@x.co", attributes: { city: "Rome" } });
    expect(world.byId("id-new1")).toMatchObject({
      firstName: "Friend",
      phone: "+49 30 1",
      status: "unsubscribed",
      attributes: { city: "Rome", plan: "free" },
    });
  });

  test("what a row says wins, and null says something", () => {
    const world = play([], policy(defaults));
    const row: ContactInput = { email: "cy@x.co", firstName: "Cy", phone: null, status: "active" };
    world.row({ ...row, attributes: { plan: null } });
    expect(world.byId("id-new1")).toMatchObject({
      firstName: "Cy",
      phone: null,
      status: "active",
      attributes: {},
    });
  });

  test("a stored contact gets it only where it has nothing; its status stays", () => {
    const stored = { ...ann, firstName: null, attributes: { plan: "pro" } };
    const world = play([stored], policy({ ...defaults, city: "Rome" }));
    world.row({ email: ann.email, phone: null });
    expect(world.byId(ann.id)).toMatchObject({
      firstName: "Friend",
      phone: null,
      status: "active",
      attributes: { plan: "pro", city: "Rome" },
    });
  });

  test("a second time it changes nothing, and skipped contacts get nothing", () => {
    const world = play([ann], policy(defaults));
    expect(world.row({ email: ann.email }).kind).toBe("updated");
    expect(world.row({ email: ann.email })).toMatchObject({ kind: "duplicate", changed: false });
    const skipping = play([ann], policy({ phone: "1" }, { onExisting: "skip" }));
    expect(skipping.row({ email: ann.email }).kind).toBe("skipped");
    expect(skipping.byId(ann.id)).toEqual(ann);
  });
});

test("defaults are judged as a row is, and by the name that was sent", () => {
  const issue = (defaults: Record<string, string>) => {
    const read = readDefaults(defaults);
    return read.ok ? null : read.issue;
  };
  for (const [name, value] of [
    ["email", "a@x.co"],
    ["Kundennummer", "7"],
    ["tags", "vip"],
    ["__proto__", "x"],
    ["", "x"],
    ["status", "gone"],
    ["subscribed", "maybe"],
    ["phone", "1".repeat(2000)],
  ] as const) {
    expect(issue(Object.fromEntries([[name, value]]))).toMatchObject({
      code: "invalid_default",
      message: expect.stringMatching(/\.$/),
    });
  }
  expect(issue({ Kundennummer: "7" })?.field).toBe("Kundennummer");
  expect(issue({})).toBeNull();
  expect(issue({ subscribed: "no", Ort: "Köln" })).toBeNull();
  const read = ImportPolicy.safeParse({ defaults: { phone: "  " } });
  expect(read.success).toBe(false);
});
