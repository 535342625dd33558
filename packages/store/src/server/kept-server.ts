import { setTimeout as delay } from "node:timers/promises";
import type { ClusterPlace } from "./cluster-place.ts";
import type { PostgresProgram } from "./postgres-program.ts";
import { type startPostmaster, stopPostmaster } from "./postmaster.ts";
import { livePostmaster } from "./postmaster-file.ts";

/** A PostgreSQL that runs until it is stopped. */
export interface EmbeddedServer {
  /** For postgres.js and pg alike; the same for the life of this object, also when the server had to be started again. */
  url: string;
  /** The postmaster's pid now. */
  readonly pid: number;
  clusterDir: string;
  /** Resolves with the reason if the server died and could not be brought back. */
  lost: Promise<Error>;
  /** Stops the server and gives the data directory back. After `fastMs` (60,000) without success, at once and unwritten. */
  stop(fastMs?: number): Promise<void>;
}

type Parts = {
  place: ClusterPlace;
  program: PostgresProgram;
  url: string;
  log: (line: string) => void;
  signal: AbortSignal | undefined;
};

/**
 * Starts a server and holds it up: whenever it ends unasked, it is started again.
 *
 * @param giveBack called once, when it was stopped.
 */
export async function keepServer(
  start: (over: AbortSignal) => ReturnType<typeof startPostmaster>,
  { place, program, url, log, signal }: Parts,
  giveBack: () => void,
): Promise<EmbeddedServer> {
  const stopping = new AbortController();
  const over = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal;
  let server = await start(over);
  const watch = async (): Promise<Error> => {
    for (;;) {
      await server.ended;
      if (stopping.signal.aborted) return new Error("stopped");
      log("PostgreSQL ended unexpectedly: starting it again");
      // A server that dies as soon as it stands must not keep the machine busy.
      await delay(500);
      if (stopping.signal.aborted) return new Error("stopped");
      try {
        server = await start(over);
      } catch (error) {
        return error as Error;
      }
    }
  };
  const watching = watch();
  return {
    url,
    get pid() {
      return server.pid;
    },
    clusterDir: place.dir,
    lost: new Promise((resolve) => watching.then((error) => stopping.signal.aborted || resolve(error))),
    async stop(fastMs) {
      stopping.abort();
      const pid = livePostmaster(place.dir);
      if (pid !== null) await stopPostmaster(place.dir, pid, program, fastMs);
      await watching;
      giveBack();
    },
  };
}
