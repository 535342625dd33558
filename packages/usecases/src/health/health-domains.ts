import { emailDomain, parseEmail } from "@roster/domain/email/email.ts";
import { providerDomains } from "@roster/domain/email/mail-provider.ts";
import { isDisposableDomain } from "@roster/domain/health/disposable-domain.ts";
import { likelyDomain } from "@roster/domain/health/domain-typo.ts";
import type { DomainFacts } from "@roster/domain/health/list-health.ts";
import { disposableDomains } from "./health-lists.ts";

type LastingFacts = Omit<DomainFacts, "takesMail">;

/** Domains whose facts are remembered in one slice of a run: beyond, they are looked at again. */
const remembered = 100_000;

/** What is known of domains without asking anybody: most contacts share theirs with thousands. */
export class HealthDomains {
  readonly #facts = new Map<string, LastingFacts>();

  /** @returns null where the text is no address as it would be stored */
  of(email: string): { domain: string; facts: LastingFacts } | null {
    const parsed = parseEmail(email);
    if (!parsed.ok || parsed.email !== email) return null;
    const domain = emailDomain(email);
    let facts = this.#facts.get(domain);
    if (facts === undefined) {
      facts = {
        disposable: isDisposableDomain(domain, disposableDomains),
        provider: providerDomains.has(domain),
        suggestion: likelyDomain(domain),
      };
      if (this.#facts.size >= remembered) this.#facts.clear();
      this.#facts.set(domain, facts);
    }
    return { domain, facts };
  }
}
