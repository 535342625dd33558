import { isRosterError } from "@roster/client/client.ts";
import { CommandError } from "../command-error.ts";
import { run } from "../invocation.ts";

/** Any failure as one line for people: what is wrong, where, and how to mend it. Never a stack. */
export function failureLine(error: unknown, url: string | null): string {
  if (error instanceof CommandError) return error.message;
  if (isRosterError(error)) {
    const { data } = error;
    if (!data) return unreachable(error, url);
    if (data.httpStatus === 401) {
      return `The server at ${url} does not know this key. Set ROSTER_KEY to a valid one, or make one with “${run} keys create”.`;
    }
    return oneLine(error.message);
  }
  return oneLine(error instanceof Error ? error.message : String(error));
}

function unreachable(error: Error, url: string | null): string {
  const reason = networkReason(error);
  if (reason === null) {
    return `The server at ${url} gave no answer that can be read (${oneLine(error.message)}). Is this a Roster server? Set ROSTER_URL to its address.`;
  }
  return `The server at ${url} cannot be reached (${reason}). Start it with “npm start”, or set ROSTER_URL to its address.`;
}

/** The system's own word, such as ECONNREFUSED, which fetch hides a cause or two down. */
function networkReason(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string" && /^(E[A-Z]+|UND_ERR_\w+|CERT_\w+)$/.test(at.code))
      return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return networkReason(at.errors[0]);
  }
  return null;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
