import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { countOutcome, type RowOutcome } from "@roster/domain/imports/import-report.ts";
import { settledRows } from "@roster/store/contacts/contact-marks.ts";
import type { Db } from "@roster/store/open.ts";
import type { Decision, WriteKeys } from "../contacts/contact-decision.ts";

/** Where fewer than a tenth of a batch's rows were settled, this many batches are not asked about. */
const pause = 9;

/** A contact that one row of a batch finds as the same row left it. */
export type Settled = { contactId: string; touched: boolean };

/**
 * Spares the rows of a file that was imported before from being played through again: their contacts carry their marks
 * (see `RowMarks`). Asks only where it pays.
 */
export class SettledRows {
  #pause = 0;

  /**
   * @param keys those of all inputs
   * @param lookUp those of them that may be stored
   * @returns by the index of the input; only rows whose contact no other row of the batch can reach
   */
  async among(
    sql: Db,
    tenantId: string,
    jobId: string,
    batch: { inputs: readonly ContactInput[]; marks: readonly number[]; keys: WriteKeys; lookUp: WriteKeys },
  ): Promise<Map<number, Settled>> {
    const found = new Map<number, Settled>();
    if (this.#pause > 0) {
      this.#pause--;
      return found;
    }
    const { inputs, marks, keys, lookUp } = batch;
    const alone = rowsAlone(inputs, keys).filter((at) => lookUp.emails.has(inputs[at]!.email!));
    if (alone.length === 0) return found;
    const rows = { emails: alone.map((at) => inputs[at]!.email!), marks: alone.map((at) => marks[at]!) };
    for (const { at: n, contactId, externalId, touched } of await settledRows(sql, tenantId, rows, jobId)) {
      const at = alone[n]!;
      const reached =
        externalId !== null && inputs[at]!.externalId !== externalId && keys.externalIds.has(externalId);
      if (!reached) found.set(at, { contactId, touched });
    }
    if (found.size < inputs.length / 10) this.#pause = pause;
    return found;
  }
}

/** The rows that have an email and share neither that nor their externalId with another row. */
function rowsAlone(inputs: readonly ContactInput[], keys: WriteKeys): number[] {
  const emails = repeated(inputs, keys.emails, ({ email }) => email);
  const externalIds = repeated(inputs, keys.externalIds, ({ externalId }) => externalId);
  const alone: number[] = [];
  for (const [at, { email, externalId }] of inputs.entries()) {
    if (email === undefined || emails.has(email)) continue;
    if (externalId != null && externalIds.has(externalId)) continue;
    alone.push(at);
  }
  return alone;
}

function repeated(
  inputs: readonly ContactInput[],
  distinct: ReadonlySet<string>,
  keyOf: (input: ContactInput) => string | null | undefined,
): ReadonlySet<string> {
  const again = new Set<string>();
  const keys = inputs.map(keyOf).filter((key) => key != null);
  if (keys.length === distinct.size) return again;
  const once = new Set<string>();
  for (const key of keys) {
    if (once.has(key)) again.add(key);
    once.add(key);
  }
  return again;
}

/** Puts the outcomes of settled rows in their places. */
export function addSettled(
  decision: Decision,
  done: ReadonlyMap<number, Settled>,
  hitBefore: (contactId: string) => boolean,
): void {
  const others = decision.outcomes.values();
  const rows = decision.outcomes.length + done.size;
  decision.outcomes = Array.from({ length: rows }, (_, at): RowOutcome => {
    const settled = done.get(at);
    if (settled === undefined) return others.next().value!;
    const { contactId, touched } = settled;
    const repeat = touched || hitBefore(contactId);
    if (!repeat) decision.unchanged.push(contactId);
    const outcome: RowOutcome = repeat
      ? { kind: "duplicate", changed: false, contactId, kept: null }
      : { kind: "unchanged", contactId, kept: null };
    countOutcome(decision.report, outcome);
    return outcome;
  });
}

/** For each contact that is written the mark of the last row that hit it, unless that row's status was kept back. */
export function marksOf(
  { outcomes, created, updated }: Decision,
  marks: readonly number[],
): Map<string, number> {
  const byContact = new Map<string, number>();
  if (created.length === 0 && updated.length === 0) return byContact;
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.kind === "failed") continue;
    if (outcome.kept === null) byContact.set(outcome.contactId, marks[at]!);
    else byContact.delete(outcome.contactId);
  }
  return byContact;
}
