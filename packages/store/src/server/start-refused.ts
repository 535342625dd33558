/**
 * The system cannot start, for a reason that the person who started it can mend. The message is one line: what is
 * wrong, where, and what to do. It is printed without a stack, and never holds a password.
 */
export class StartRefused extends Error {
  override name = "StartRefused";
}
