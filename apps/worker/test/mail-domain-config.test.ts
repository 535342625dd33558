import { expect, test } from "vitest";
import { z } from "zod";
import { mailDomainSettings, mailDomainsOf } from "../src/mail-domain-config.ts";

const Settings = z.object(mailDomainSettings);

test("the DNS is asked only where it is on", () => {
  const servers = { HEALTH_DNS_SERVERS: "127.0.0.1:5353, [::1]:53", HEALTH_DNS_TIMEOUT_MS: "500" };
  for (const given of [{}, servers, { ...servers, HEALTH_DNS: "off" }]) {
    expect(mailDomainsOf(Settings.parse(given))).toBeNull();
  }
  const on = Settings.parse({ ...servers, HEALTH_DNS: "on" });
  expect(mailDomainsOf(on)).toEqual({ lookUp: expect.any(Function) });
});

test.each([
  ["HEALTH_DNS", "yes"],
  ["HEALTH_DNS_SERVERS", "dns.example"],
  ["HEALTH_DNS_TIMEOUT_MS", "1"],
])("%s=%s is refused by name", (name, value) => {
  const issues = Settings.safeParse({ [name]: value }).error?.issues;
  expect(issues?.map(({ path }) => path[0])).toEqual([name]);
});
