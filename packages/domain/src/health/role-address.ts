/**
 * Whether an address is that of a function, such as sales@ or info+web@, and not a person's.
 * @param email normalised
 * @param roles local parts that are functions
 */
export function isRoleAddress(email: string, roles: ReadonlySet<string>): boolean {
  const local = email.slice(0, email.lastIndexOf("@"));
  if (roles.has(local)) return true;
  const plus = local.indexOf("+");
  return plus > 0 && roles.has(local.slice(0, plus));
}
