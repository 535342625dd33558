import { isRosterError } from "./error.ts";
import { pause } from "./pause.ts";

/** Long enough for a server that was killed to be up again. */
const pauseMs = 2000;

/**
 * Calls again, once, where no answer came: the connection broke, or a proxy answered for the server. `call` must do no harm when
 * it is done twice.
 * @throws what `call` throws: a refusal at once
 */
export async function withSecondTry<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const answered = isRosterError(error) && error.data != null;
    if (answered || signal?.aborted) throw error;
  }
  await pause(pauseMs, signal);
  return call();
}
