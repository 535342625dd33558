import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mailProviders, providerDomains } from "../email/mail-provider.ts";
import { likelyDomain } from "./domain-typo.ts";

describe("likelyDomain", () => {
  it.each([
    ["gmial.com", "gmail.com"],
    ["gamil.com", "gmail.com"],
    ["gmai.com", "gmail.com"],
    ["gmal.com", "gmail.com"],
    ["gmaill.com", "gmail.com"],
    ["gnail.com", "gmail.com"],
    ["mgail.com", "gmail.com"],
    ["gmail.con", "gmail.com"],
    ["gmail.cmo", "gmail.com"],
    ["gmail.co", "gmail.com"],
    ["gmail.cm", "gmail.com"],
    ["gmail.com.com", "gmail.com"],
    ["gmial.con", "gmail.com"],
    ["googlemial.com", "googlemail.com"],
    ["yaho.com", "yahoo.com"],
    ["yahooo.com", "yahoo.com"],
    ["yhaoo.fr", "yahoo.fr"],
    ["yaho.co.uk", "yahoo.co.uk"],
    ["hotmial.com", "hotmail.com"],
    ["hotmal.de", "hotmail.de"],
    ["hotmail.couk", "hotmail.co.uk"],
    ["outlok.com", "outlook.com"],
    ["icloid.com", "icloud.com"],
    ["t-onlin.de", "t-online.de"],
    ["comcst.net", "comcast.net"],
    ["live.con", "live.com"],
    ["mail.con", "mail.com"],
  ])("%s is meant to be %s", (typed, meant) => {
    expect(likelyDomain(typed)).toBe(meant);
  });

  it.each(
    // Domains of their own within one slip of a big provider's, or with its name at another end.
    (
      "mail.com email.com ymail.com fmail.com tmail.com hmail.com love.com line.com life.com five.com olive.com yazoo.com yamoo.com " +
      "grail.com gmx.com gmx.co aol.ro msn.cm live.co me.co mac.co orage.fr oranges.fr cloud.com icloud.net proton.com online.de " +
      "acme.com acme.co example.org gmail.fr mail.gmail.com web.dev free.com outlook.acme.com hotmail.acme.com x.io"
    ).split(" "),
  )("%s is what it is", (domain) => {
    expect(likelyDomain(domain)).toBeNull();
  });

  it("a provider's own domain is never a slip, and what is suggested is a provider's own", () => {
    for (const domain of providerDomains) expect(likelyDomain(domain)).toBeNull();
    const near = fc
      .tuple(fc.constantFrom(...providerDomains), fc.nat(20), fc.constantFrom(..."abcdegilmnotuxyz.-"))
      .map(
        ([domain, at, key]) =>
          domain.slice(0, at % domain.length) + key + domain.slice((at % domain.length) + 1),
      );
    fc.assert(
      fc.property(fc.oneof(near, fc.domain()), (domain) => {
        const meant = likelyDomain(domain);
        return meant === null || (meant !== domain && providerDomains.has(meant));
      }),
    );
  });

  it("two neighbours swapped in a long name are always found", () => {
    const names = mailProviders.filter(({ name, spellable }) => spellable && name.length >= 7);
    const swapped = fc
      .tuple(fc.constantFrom(...names), fc.nat(20))
      .map(([{ name, ends }, n]) => {
        const at = n % (name.length - 1);
        return {
          name,
          end: ends[0]!,
          typed: name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2),
        };
      })
      .filter(({ name, typed }) => name !== typed);
    fc.assert(
      fc.property(swapped, ({ name, end, typed }) => likelyDomain(`${typed}.${end}`) === `${name}.${end}`),
    );
  });
});
