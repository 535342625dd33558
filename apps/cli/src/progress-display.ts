import type { Job } from "@roster/client/client.ts";
import { createLogUpdate } from "log-update";
import { progressLine, progressLines, uploadLine } from "./progress-line.ts";

/** A log that nobody watches live gets a line this often, in ms. */
const plainEveryMs = 5000;
/** Faster than this the eye sees no more, in ms. */
const liveEveryMs = 100;

/** Shows how far a command is. It never writes to stdout, which belongs to the result. */
export type ProgressDisplay = {
  upload(sent: number, total: number | null): void;
  job(job: Job): void;
  /** A line that stays, above the progress. */
  note(line: string): void;
  /** Removes what moves; called before the result is printed. */
  close(): void;
};

/** A moving bar in a terminal, a plain line every few seconds elsewhere. */
export function progressDisplay(
  stream: NodeJS.WriteStream,
  now: () => number = () => performance.now(),
): ProgressDisplay {
  return stream.isTTY ? liveDisplay(stream, now) : plainDisplay(stream, now);
}

/** Shows only what stays. */
export function quietDisplay(stream: NodeJS.WritableStream): ProgressDisplay {
  return { upload() {}, job() {}, close() {}, note: (line) => void stream.write(`${line}\n`) };
}

function liveDisplay(stream: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  const log = createLogUpdate(stream);
  const show = throttle(liveEveryMs, now, log);
  const began = now();
  return {
    upload: (sent, total) => show(() => uploadLine(sent, total, (now() - began) / 1000)),
    job: (job) => show(() => progressLines(job)),
    note: (line) => log.persist(line),
    close: () => {
      log.clear();
      log.done();
    },
  };
}

function plainDisplay(stream: NodeJS.WritableStream, now: () => number): ProgressDisplay {
  const write = (line: string) => void stream.write(`${line}\n`);
  const show = throttle(plainEveryMs, now, write);
  const began = now();
  return {
    upload: (sent, total) => show(() => uploadLine(sent, total, (now() - began) / 1000)),
    job: (job) => show(() => progressLine(job)),
    note: write,
    close() {},
  };
}

function throttle(
  everyMs: number,
  now: () => number,
  write: (text: string) => void,
): (text: () => string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    if (now() - last < everyMs) return;
    last = now();
    write(text());
  };
}
