import { lookup as resolve } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** An address that is not sent to, and why. */
export class AddressRefused extends Error {}

/** Never a receiver's, wherever it stands. */
const nobodys = new Set(["multicast", "broadcast", "unspecified"]);

/**
 * Why an address is not sent to, as a sentence; null if it is. Whatever is not a public address of the Internet counts as
 * private: loopback, link-local (where clouds keep their credentials), private networks, and addresses that lead to those.
 */
export function addressProblem(
  address: string,
  { allowPrivate, isEncrypted }: { allowPrivate: boolean; isEncrypted: boolean },
): string | null {
  // An IPv4 address that is written as IPv6 is what it is written for.
  const range = ipaddr.process(address).range();
  if (nobodys.has(range)) return `${address} is nobody's address.`;
  if (range !== "unicast" && !allowPrivate) {
    return `${address} is not an address of the Internet. The operator may allow such receivers by WEBHOOKS_ALLOW_PRIVATE=true.`;
  }
  if (range === "unicast" && !isEncrypted) {
    return "Contacts are not sent over the Internet unencrypted. Use an https address.";
  }
  return null;
}

/**
 * Looks hosts up for a connection, and refuses those that lead to a forbidden address. The connection is made to what was
 * checked, so that a name that answers differently each time gains nothing.
 */
export function guardedLookup(rules: Parameters<typeof addressProblem>[1]): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const problems = found.map(({ address }) => addressProblem(address, rules));
      const allowed = found.filter((_, at) => problems[at] === null);
      const [first] = allowed;
      if (first === undefined) {
        return callback(new AddressRefused(problems[0] ?? `${hostname} has no address.`), []);
      }
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** Refuses a host that is an address itself, for which nothing is looked up. @throws AddressRefused */
export function checkLiteral(hostname: string, rules: Parameters<typeof addressProblem>[1]): void {
  const literal = hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) === 0) return;
  const problem = addressProblem(literal, rules);
  if (problem !== null) throw new AddressRefused(problem);
}
