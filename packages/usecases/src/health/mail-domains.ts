import { Resolver } from "node:dns/promises";
import type { TakesMail } from "@roster/domain/health/list-health.ts";

/** Domains that are asked for at a time. */
const lanes = 64;
/** A first question to a server that does not answer is repeated once. */
const tries = 2;
/** So many domains in a row without an answer are the resolver's fault and not theirs: for a while no others are asked. */
const silence = 128;
const silenceMs = 60 * 1000;
/** How long an answer is used, and how long it is remembered that there was none, in ms. */
const answerMs = 60 * 60 * 1000;
const noAnswerMs = 10 * 60 * 1000;
/** Domains that are remembered; 1,000,000 contacts have 20,000 to 100,000 of them. */
const remembered = 200_000;

/** What the DNS says when a name, or a record of a name, does not exist. Everything else is no answer. */
const noSuchName = "ENOTFOUND";
const noSuchRecord = "ENODATA";

export type MailDomains = {
  /**
   * Which of these domains take mail.
   * @param shouldStop asked before each question; once it says yes the others are not asked
   * @returns null when it was stopped; what was answered until then is remembered
   */
  lookUp(
    domains: Iterable<string>,
    shouldStop: () => boolean,
  ): Promise<ReadonlyMap<string, TakesMail> | null>;
};

/**
 * Asks the DNS whether domains take mail, and remembers the answers for an hour. A domain does by RFC 5321 (5.1) if it has
 * an MX record or, without any, an address; it does not if it has a null MX (RFC 7505), or does not exist. A server that is
 * slow, broken or refuses leaves it unknown: nobody is invalid for that.
 * @param options.servers addresses of resolvers, with a port behind a colon where it is not 53; none are the system's own
 * @param options.timeoutMs how long one question waits for its answer
 */
export function openMailDomains(options: { servers: readonly string[]; timeoutMs: number }): MailDomains {
  const resolver = new Resolver({ timeout: options.timeoutMs, tries });
  if (options.servers.length > 0) resolver.setServers(options.servers);
  const known = new Map<string, { takesMail: TakesMail; until: number }>();

  const remember = (domain: string, takesMail: TakesMail) => {
    if (known.size >= remembered) known.delete(known.keys().next().value!);
    const until = Date.now() + (takesMail === "unknown" ? noAnswerMs : answerMs);
    known.set(domain, { takesMail, until });
  };

  let unanswered = 0;
  let silentUntil = 0;
  const note = (domain: string, takesMail: TakesMail) => {
    remember(domain, takesMail);
    unanswered = takesMail === "unknown" ? unanswered + 1 : 0;
    if (unanswered < silence) return;
    unanswered = 0;
    silentUntil = Date.now() + silenceMs;
  };

  return {
    async lookUp(domains, shouldStop) {
      const found = new Map<string, TakesMail>();
      const open: string[] = [];
      for (const domain of new Set(domains)) {
        const answer = known.get(domain);
        if (answer !== undefined && answer.until > Date.now()) found.set(domain, answer.takesMail);
        else open.push(domain);
      }
      let stopped = false;
      const lane = async () => {
        for (;;) {
          if (stopped || open.length === 0) return;
          const domain = open.pop()!;
          if (Date.now() < silentUntil) found.set(domain, "unknown");
          else if (shouldStop()) stopped = true;
          else {
            const takesMail = await ask(resolver, domain);
            note(domain, takesMail);
            found.set(domain, takesMail);
          }
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      return stopped ? null : found;
    },
  };
}

async function ask(resolver: Resolver, domain: string): Promise<TakesMail> {
  const mail = await answered(() => resolver.resolveMx(domain));
  if (mail === "silent") return "unknown";
  if (mail === noSuchName) return "no";
  if (mail !== noSuchRecord)
    return mail.some(({ exchange }) => exchange !== "" && exchange !== ".") ? "yes" : "no";
  const addresses = await Promise.all([
    answered(() => resolver.resolve4(domain)),
    answered(() => resolver.resolve6(domain)),
  ]);
  if (addresses.some((answer) => typeof answer === "object" && answer.length > 0)) return "yes";
  return addresses.includes("silent") ? "unknown" : "no";
}

/** The records, or which kind of nothing came. */
async function answered<Records extends readonly unknown[]>(
  question: () => Promise<Records>,
): Promise<Records | typeof noSuchName | typeof noSuchRecord | "silent"> {
  try {
    const records = await question();
    return records.length === 0 ? noSuchRecord : records;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === noSuchName || code === noSuchRecord ? code : "silent";
  }
}
