import { expect, test } from "vitest";
import { z } from "zod";
import { healthOf, healthSettings } from "../src/health-config.ts";

const Settings = z.object(healthSettings);

test("nothing set: the rules' own numbers, and nobody is asked", () => {
  expect(healthOf(Settings.parse({}))).toEqual({
    rules: { unengagedDays: 90, neverOpenedSends: 5, softBounces: 2 },
    mailDomains: null,
  });
});

test("the rules are read as numbers; the DNS is asked where it is on", () => {
  const given = {
    HEALTH_UNENGAGED_DAYS: "30",
    HEALTH_SOFT_BOUNCES: "3",
    HEALTH_DNS: "on",
    HEALTH_DNS_SERVERS: "127.0.0.1:5353, [::1]:53",
    HEALTH_DNS_TIMEOUT_MS: "500",
  };
  expect(healthOf(Settings.parse(given))).toEqual({
    rules: { unengagedDays: 30, neverOpenedSends: 5, softBounces: 3 },
    mailDomains: { lookUp: expect.any(Function) },
  });
});

test.each([
  ["HEALTH_UNENGAGED_DAYS", "0"],
  ["HEALTH_UNENGAGED_DAYS", "soon"],
  ["HEALTH_NEVER_OPENED_SENDS", "1.5"],
  ["HEALTH_SOFT_BOUNCES", "101"],
  ["HEALTH_DNS", "yes"],
  ["HEALTH_DNS_SERVERS", "dns.example"],
  ["HEALTH_DNS_TIMEOUT_MS", "1"],
])("%s=%s is refused by name", (name, value) => {
  const issues = Settings.safeParse({ [name]: value }).error?.issues;
  expect(issues?.map(({ path }) => path[0])).toEqual([name]);
});
