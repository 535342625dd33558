import { hash } from "node:crypto";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { type ReportedEvent, unknownContact } from "@roster/domain/events/event-input.ts";
import type { RowProblem } from "@roster/domain/imports/row-problem.ts";
import { holdContacts, lockContacts } from "@roster/store/contacts/contact-lock.ts";
import { contactsByIds, idsByEmail, knownIds } from "@roster/store/contacts/contact-read.ts";
import { Raced, updateContacts } from "@roster/store/contacts/contact-write.ts";
import { sendsOf } from "@roster/store/events/campaign-sends.ts";
import { engagementOf, holdEngagement } from "@roster/store/events/engagement.ts";
import { writeEngagement } from "@roster/store/events/engagement-write.ts";
import { makeEventMonths } from "@roster/store/events/event-months.ts";
import { insertEventIds, insertEvents } from "@roster/store/events/event-write.ts";
import { writeSends } from "@roster/store/events/send-write.ts";
import { insertStatusChanges, leftAtOf } from "@roster/store/history/contact-history.ts";
import { inside, type Sql, type Tx } from "@roster/store/open.ts";
import { countWritten } from "../contacts/contact-totals.ts";
import type { Deps } from "../deps.ts";
import { scoreAtOnce } from "../scores/contact-scores.ts";
import { type KnownEvent, playEvents, type StoredAudience } from "./event-effects.ts";

/** What became of an event. */
export type EventOutcome = { kind: "accepted" | "duplicate" } | { kind: "failed"; problem: RowProblem };

/** Types that may change a status. */
const moving: ReadonlySet<string> = new Set(["bounced", "complained", "unsubscribed", "resubscribed"]);

/**
 * Events that are counted together, in one transaction: `decide` reads without locks, `write` finds out which of them are
 * new, plays the rules through and writes. Whoever finds that somebody else was faster reads anew.
 */
export class EventBatch {
  readonly #deps: Deps;
  readonly #tenantId: string;
  readonly #softBounceLimit: number;
  readonly #reported: readonly ReportedEvent[];
  /** What tells each event from others; null where its sender gave it no id. */
  readonly #digests: readonly (string | null)[];
  #outcomes: EventOutcome[] = [];
  /** Without repetitions of an id. */
  #events: readonly KnownEvent[] = [];
  #stored: StoredAudience | null = null;
  #lostBefore = false;

  constructor(
    deps: Deps,
    scope: TenantScope,
    reported: readonly ReportedEvent[],
    { softBounceLimit }: { softBounceLimit: number },
  ) {
    this.#deps = deps;
    this.#tenantId = scope.tenantId;
    this.#softBounceLimit = softBounceLimit;
    this.#reported = reported;
    this.#digests = reported.map(({ id }) => (id === null ? null : eventDigest(id)));
  }

  /** What became of each event, in order: of failures after `decide`, of all after `write`. */
  get outcomes(): readonly EventOutcome[] {
    return this.#outcomes;
  }

  /** The ids of the events and of their contacts, after `decide`: two batches that share any get into each other's way. */
  get digests(): readonly string[] {
    return this.#digests.filter((digest) => digest !== null);
  }

  get contactIds(): readonly string[] {
    return this.#events.map(({ contactId }) => contactId);
  }

  async decide(sql: Sql = this.#deps.sql): Promise<void> {
    const outcomes: EventOutcome[] = [];
    const known = await this.#known(sql, outcomes);
    const seen = new Set<string>();
    const events = known.filter((event) => {
      const digest = this.#digests[event.at]!;
      if (digest === null) return true;
      if (seen.has(digest)) {
        outcomes[event.at] = { kind: "duplicate" };
        return false;
      }
      seen.add(digest);
      return true;
    });
    await makeEventMonths(
      sql,
      events.map(({ reported }) => reported.event.at),
    );
    this.#outcomes = outcomes;
    this.#events = events;
    this.#stored = await this.#read(sql, events);
  }

  /** The same after a lost race, in the transaction that will write: which then locks what it is about, and reads it again. */
  async decideLocked(tx: Tx): Promise<void> {
    await this.decide(inside(tx));
    this.#lostBefore = true;
  }

  async #read(sql: Sql, events: readonly KnownEvent[]): Promise<StoredAudience> {
    const tenantId = this.#tenantId;
    const contactIds = contactIdsOf(events);
    const movable = events.filter(({ reported }) => moving.has(reported.event.type));
    const found = movable.length === 0 ? [] : await contactsByIds(sql, tenantId, contactIdsOf(movable));
    const contacts = new Map(found.map((contact) => [contact.id, contact]));
    const left = movable.filter(
      ({ contactId, reported }) =>
        reported.event.type === "resubscribed" && contacts.get(contactId)?.status === "unsubscribed",
    );
    return {
      contacts,
      // In front of the sends: whoever writes sends writes engagement too, and its version tells whether that was in between.
      engagement: await engagementOf(sql, tenantId, contactIds),
      sends: await sendsOf(sql, tenantId, campaignsOf(events)),
      leftAt: await leftAtOf(sql, tenantId, contactIdsOf(left)),
    };
  }

  async #known(sql: Sql, outcomes: EventOutcome[]): Promise<KnownEvent[]> {
    const emails = new Set<string>();
    const ids = new Set<string>();
    for (const { contact } of this.#reported) {
      if ("email" in contact) emails.add(contact.email);
      else ids.add(contact.id);
    }
    const byEmail = await idsByEmail(sql, this.#tenantId, [...emails]);
    const byId = await knownIds(sql, this.#tenantId, [...ids]);
    return this.#reported.flatMap((reported, at): KnownEvent | [] => {
      const { contact } = reported;
      const contactId =
        "email" in contact ? byEmail.get(contact.email) : byId.has(contact.id) ? contact.id : undefined;
      if (contactId !== undefined) {
        return { at, contactId, reported, id: this.#digests[at] ?? this.#deps.newId() };
      }
      const problem =
        "email" in contact ? unknownContact("email", contact.email) : unknownContact("contactId", contact.id);
      outcomes[at] = { kind: "failed", problem };
      return [];
    });
  }

  /**
   * Counts the events that were not counted before, in the caller's transaction.
   * @throws Raced when a contact or its engagement is no longer what was read; the transaction must then be rolled back
   */
  async write(tx: Tx): Promise<void> {
    const tenantId = this.#tenantId;
    const events = this.#events;
    const ids = events.flatMap(({ at, id }) => (this.#digests[at] === null ? [] : [id]));
    const counted = await insertEventIds(tx, tenantId, ids);
    const fresh = events.filter(({ id }) => !counted.has(id));
    for (const { at, id } of events) {
      this.#outcomes[at] = { kind: counted.has(id) ? "duplicate" : "accepted" };
    }
    if (fresh.length === 0) return;
    // In front of all locks on rows: whoever waits here for a change of rules must not hold up those for whom that waits.
    const now = this.#deps.now();
    const score = await scoreAtOnce(tx, tenantId, now);
    if (this.#lostBefore) await this.#lock(tx, fresh);
    const { engagement } = this.#stored!;
    const effects = playEvents(fresh, this.#stored!, this.#softBounceLimit);
    const { histories, sends, updated, statusChanges } = effects;

    // Whoever has engagement cannot go unnoticed: its version tells. All others are held, in one order with those who change.
    const held = [...histories.keys()].filter((id) => !engagement.has(id));
    const all = new Set([...held, ...updated.map(({ before }) => before.id)]);
    if (!(await holdContacts(tx, tenantId, [...all]))) throw new Raced();
    await updateContacts(tx, tenantId, updated);
    await insertStatusChanges(
      tx,
      tenantId,
      statusChanges.map((change) => ({ ...change, id: this.#deps.newId() })),
      { kind: "event", id: null },
      null,
    );
    await insertEvents(
      tx,
      tenantId,
      fresh.map(({ id, contactId, reported: { event } }) => ({ ...event, id, contactId })),
    );
    const changes = [...histories].map(([contactId, history]) => ({
      contactId,
      engagement: history.engagement,
      score: score?.(history.engagement) ?? null,
      from: engagement.get(contactId)?.version ?? null,
    }));
    if (!(await writeEngagement(tx, tenantId, changes, now))) throw new Raced();
    await writeSends(tx, tenantId, sends);
    await countWritten(tx, tenantId, { updated });
  }

  async #lock(tx: Tx, fresh: readonly KnownEvent[]): Promise<void> {
    const contactIds = contactIdsOf(fresh);
    const locked = await lockContacts(tx, this.#tenantId, contactIds);
    if (locked.length < contactIds.length) throw new Raced();
    await holdEngagement(tx, this.#tenantId, contactIds);
    this.#stored = await this.#read(inside(tx), fresh);
  }
}

function contactIdsOf(events: readonly KnownEvent[]): string[] {
  return [...new Set(events.map(({ contactId }) => contactId))];
}

/** The campaigns that events name at their contacts, each once. */
function campaignsOf(events: readonly KnownEvent[]): { contactId: string; campaignId: string | null }[] {
  const pairs = new Map<string, { contactId: string; campaignId: string | null }>();
  for (const { contactId, reported } of events) {
    const { campaignId } = reported.event;
    pairs.set(contactId + (campaignId ?? ""), { contactId, campaignId });
  }
  return [...pairs.values()];
}

/** Of the sender's id a UUID is left: as long for any id, and nothing of what the sender may have put into it. */
function eventDigest(id: string): string {
  const hex = hash("sha256", id);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
