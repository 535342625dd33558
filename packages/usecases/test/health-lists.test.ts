import { providerDomains } from "@roster/domain/email/mail-provider.ts";
import { isDisposableDomain } from "@roster/domain/health/disposable-domain.ts";
import { likelyDomain } from "@roster/domain/health/domain-typo.ts";
import { isRoleAddress } from "@roster/domain/health/role-address.ts";
import knownProviders from "email-providers/all.json" with { type: "json" };
import { expect, it } from "vitest";
import { disposableDomains, roleLocalParts } from "../src/health/health-lists.ts";

it("of 8,000 domains of mail providers only misspelt ones are taken for slips", () => {
  expect(knownProviders.length).toBeGreaterThan(8000);
  expect(knownProviders.filter((domain: string) => likelyDomain(domain) !== null)).toEqual(
    // The list has what people really wrote, and so some slips.
    (
      "gamil.com gmai.com gmail.co gmail.com.com gmail.om gmal.com gmial.com homail.com hotmai.com hotmail.cm hotmail.con " +
      "hotmails.com hotmial.com yaho.com yahoo.om"
    ).split(" "),
  );
});

it("no big provider is disposable, and the list is there", () => {
  expect([...providerDomains].filter((domain) => isDisposableDomain(domain, disposableDomains))).toEqual([]);
  expect(disposableDomains.size).toBeGreaterThan(5000);
  for (const domain of ["mailinator.com", "10minutemail.com", "guerrillamail.com", "yopmail.com"]) {
    expect(isDisposableDomain(domain, disposableDomains)).toBe(true);
  }
});

it("functions are found, people and places are not", () => {
  const is = (local: string) => isRoleAddress(`${local}@acme.com`, roleLocalParts);
  const roles =
    "info sales support admin postmaster webmaster abuse noreply no-reply contact hr office marketing billing";
  for (const role of roles.split(" ")) expect([role, is(role)]).toEqual([role, true]);
  const people = "ann john.smith alexa sydney paris md jo per gardner anna.info m.sales alla";
  for (const person of people.split(" ")) expect([person, is(person)]).toEqual([person, false]);
});
