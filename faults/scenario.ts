import type { Audience } from "./audience.ts";
import type { Chance } from "./chance.ts";
import type { ContactFile } from "./contact-file.ts";
import type { Installation, Tenant } from "./installation.ts";
import type { ImportPlace } from "./outcome.ts";

/** What a scenario found. */
export type Verdict = {
  /** Faults that were brought about, and those of them that fell between the first and the last commit of a batch. */
  faults: number;
  landed: number;
  /** The longest time from the end of a fault until somebody worked on the job again, in seconds. */
  slowestReturn: number | null;
  /** From the end of the last fault until the job was finished, in seconds. */
  finishedAfter: number | null;
  problems: string[];
  /** What else is worth telling. */
  notes: string[];
};

/** What a scenario plays on. */
export type Stage = {
  installation: Installation;
  /** Fewer faults and smaller files, so that it fits into `npm test`. */
  short: boolean;
  /** Decides the files. */
  seed: number;
  /** Its own stream of chance. */
  chance: Chance;
  /** Long enough that faults hit it in the middle, and small enough to be imported ten times. */
  files: { long: ContactFile; small: ContactFile };
  /** A tenant with the contacts that are there before a file comes. */
  newTenant(file: ContactFile): Promise<Tenant>;
  /** A tenant whose contacts have had mails, made once. */
  audience(): Promise<Audience>;
  /** The undisturbed import of a file, made once. */
  calm(file: ContactFile): Promise<ImportPlace>;
  say(line: string): void;
};

export type Scenario = {
  name: string;
  /** One line for the help. */
  what: string;
  run(stage: Stage): Promise<Verdict>;
};

/** Only faults in the middle prove something: a run with fewer of them there fails. */
const landedShare = 0.8;

/** The problem of a run whose faults came too early or too late; none where enough of them fell `where` they should. */
export function missed(faults: number, landed: number, where: string): string[] {
  return landed < landedShare * faults ? [`only ${landed} of ${faults} faults fell ${where}`] : [];
}
