import { type KeyObject, X509Certificate } from "node:crypto";
import { Refused } from "@roster/domain/refusal.ts";

/** What certificates are fetched and subscriptions confirmed with: the standard's `fetch`. */
export type Fetch = typeof fetch;

const patienceMs = 5000;
/** A certificate has less than 4 kB. */
const mostBytes = 64 * 1024;
/** SNS has one certificate for each region and changes it about once a year. */
const mostCertificates = 64;

type Certificate = { key: KeyObject; from: Date; until: Date };

/** What Roster asks of Amazon SNS: its signing certificates, each once, and the confirmation of a subscription. */
export class AmazonSns {
  readonly #fetch: Fetch;
  readonly #certificates = new Map<string, Promise<Certificate>>();

  constructor(given: Fetch = fetch) {
    this.#fetch = given;
  }

  /**
   * The public key of a certificate.
   * @param address one that was found to be SNS' own
   * @returns null where the certificate is not valid now
   * @throws Refused unreachable where it cannot be fetched
   */
  async signingKey(address: string, now: Date): Promise<KeyObject | null> {
    let certificate = this.#certificates.get(address);
    if (certificate === undefined) {
      if (this.#certificates.size >= mostCertificates) this.#certificates.clear();
      certificate = this.#fetchCertificate(address);
      this.#certificates.set(address, certificate);
      // An outage is not remembered.
      certificate.catch(() => this.#certificates.delete(address));
    }
    const { key, from, until } = await certificate;
    return from <= now && now <= until ? key : null;
  }

  /** Confirms a subscription. @param address one that was found to be SNS' own @throws Refused unreachable */
  async confirm(address: string): Promise<void> {
    await this.#get(address);
  }

  async #fetchCertificate(address: string): Promise<Certificate> {
    const pem = await this.#get(address);
    try {
      const { publicKey, validFromDate, validToDate } = new X509Certificate(pem);
      return { key: publicKey, from: validFromDate, until: validToDate };
    } catch {
      throw unreachable(address);
    }
  }

  async #get(address: string): Promise<string> {
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const response = await this.#fetch(address, { redirect: "error", signal });
      const text = await response.text();
      if (response.ok && text.length <= mostBytes) return text;
    } catch {
      // Whatever the reason was, it is the same for SNS.
    }
    throw unreachable(address);
  }
}

/** SNS sends a message again for as long as it is answered with a 5xx. */
function unreachable(address: string): Refused {
  return new Refused({ code: "unreachable", host: new URL(address).host, retryAfterSeconds: 20 });
}
