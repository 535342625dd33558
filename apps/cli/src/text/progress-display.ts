import { createLogUpdate } from "log-update";
import { type JobProgress, progressLine, progressLines, uploadLine } from "./progress-line.ts";

/** A log that nobody watches live gets a line this often, in ms. */
const plainEveryMs = 5000;
/** Faster than this the eye sees no more, in ms. */
const liveEveryMs = 100;

/** Where it goes: stderr, or whatever can be written to. */
type Screen = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** Shows how far a command is. It never writes to stdout, which belongs to the result. */
export type ProgressDisplay = {
  upload(sent: number, total: number | null): void;
  job(job: JobProgress): void;
  /** Anything else that moves, in a line that is only put together when it is shown. */
  step(line: () => string): void;
  /** A line that stays, above the progress. */
  note(line: string): void;
  /** Removes what moves; called before the result is printed. */
  close(): void;
};

/** A moving bar in a terminal, a plain line every few seconds elsewhere. */
export function progressDisplay(
  stream: Screen,
  now: () => number = () => performance.now(),
): ProgressDisplay {
  // A terminal that does not say how wide it is cannot be drawn on.
  return stream.isTTY && (stream.columns ?? 0) > 0 ? liveDisplay(stream, now) : plainDisplay(stream, now);
}

/** Shows only what stays. */
export function quietDisplay(stream: NodeJS.WritableStream): ProgressDisplay {
  return { upload() {}, job() {}, step() {}, close() {}, note: (line) => void stream.write(`${line}\n`) };
}

/** On stderr; of a command whose output is JSON for a program, only what stays. */
export function displayFor({ json }: { json?: boolean | undefined }): ProgressDisplay {
  return json ? quietDisplay(process.stderr) : progressDisplay(process.stderr);
}

function liveDisplay(stream: Screen, now: () => number): ProgressDisplay {
  const log = createLogUpdate(stream);
  // The first line at once: whoever looks on wants to see that something happens.
  const paced = pacedWriter(log, liveEveryMs, now, now() - liveEveryMs);
  return {
    ...shown(paced, now, progressLines),
    note: (line) => log.persist(line),
    close: () => {
      paced.close();
      log.clear();
      log.done();
    },
  };
}

function plainDisplay(stream: NodeJS.WritableStream, now: () => number): ProgressDisplay {
  const write = (line: string) => void stream.write(`${line}\n`);
  // A command that is over within the first few seconds needs no progress.
  const paced = pacedWriter(write, plainEveryMs, now, now());
  return { ...shown(paced, now, progressLine), note: write, close: paced.close };
}

function shown(
  paced: PacedWriter,
  now: () => number,
  jobText: (job: JobProgress) => string,
): Pick<ProgressDisplay, "upload" | "job" | "step"> {
  const began = now();
  return {
    upload: (sent, total) => paced.write(() => uploadLine(sent, total, (now() - began) / 1000)),
    job: (job) => paced.write(() => jobText(job)),
    step: (line) => paced.write(line),
  };
}

type PacedWriter = { write(text: () => string): void; close(): void };

/** Writes not more often than every `everyMs`, and nothing once it is closed: a last piece may arrive after the end. */
function pacedWriter(
  write: (text: string) => void,
  everyMs: number,
  now: () => number,
  lastAt: number,
): PacedWriter {
  let last = lastAt;
  let closed = false;
  return {
    write(text) {
      if (closed || now() - last < everyMs) return;
      last = now();
      write(text());
    },
    close() {
      closed = true;
    },
  };
}
