/**
 * Whether a domain, or one that it is part of, gives out addresses to be thrown away: `a.mailinator.com` is mailinator's.
 * @param domain of a normalised address
 * @param disposable such domains
 */
export function isDisposableDomain(domain: string, disposable: ReadonlySet<string>): boolean {
  for (let part = domain; ; ) {
    if (disposable.has(part)) return true;
    const dot = part.indexOf(".");
    if (dot === -1) return false;
    part = part.slice(dot + 1);
  }
}
