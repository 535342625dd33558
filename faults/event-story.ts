import type { EventInput } from "@roster/domain/events/event-input.ts";
import { Chance } from "./chance.ts";

/** What happened to some people: as a file, and in requests. Some of it is told by both, and some of it twice. */
export type EventStory = {
  /** `p0@example.com` and so on. */
  people: number;
  /** When it was told. */
  now: Date;
  rows: readonly EventInput[];
  posts: readonly (readonly EventInput[])[];
};

const dayMs = 86_400_000;
const kinds = [
  ...Array.from({ length: 36 }, () => "sent" as const),
  ...Array.from({ length: 24 }, () => "delivered" as const),
  ...Array.from({ length: 24 }, () => "opened" as const),
  ...Array.from({ length: 10 }, () => "clicked" as const),
  ...(["unsubscribed", "unsubscribed", "resubscribed", "complained"] as const),
];

/**
 * The story that a seed decides: events of every type in no order, with and without ids, ids that come again near and far, people
 * whom nobody knows and rows that cannot be read. The outcome is the same in whatever order it is told: whoever bounces softly is
 * delivered nothing, because a delivery between two bounces counts only where it is known by then.
 */
export function eventStory(people: number, rows: number, seed: number, now: Date): EventStory {
  const chance = new Chance(seed, "events");
  const file: EventInput[] = [];
  const posts: EventInput[][] = [];
  const known: EventInput[] = [];
  for (let n = 0; file.length < rows; n++) {
    const kind = chance.below(100);
    if (kind < 12 && known.length > 0) {
      const back =
        chance.below(2) === 0 ? chance.below(Math.min(60, known.length)) : chance.below(known.length);
      file.push(known[known.length - 1 - back]!);
    } else if (kind < 15) {
      file.push({ ...eventOf(n, people, chance, now), email: `nobody${n}@example.com` });
    } else if (kind < 16) {
      file.push({ ...eventOf(n, people, chance, now), at: new Date(+now - 100 * dayMs).toISOString() });
    } else if (kind < 20) {
      // Without an id nothing tells a repetition from another event: only a file may have it.
      file.push({ ...eventOf(n, people, chance, now), id: null });
    } else {
      const event = eventOf(n, people, chance, now);
      known.push(event);
      if (chance.below(100) < 85) file.push(event);
      if (chance.below(100) < 8) addToPosts(posts, event, chance);
    }
  }
  return { people, now, rows: file, posts };
}

/** Somebody's, and every hundredth time a bounce of somebody else's. */
function eventOf(n: number, people: number, chance: Chance, now: Date): EventInput {
  const at = new Date(+now - Math.floor(chance.next() * 80 * dayMs)).toISOString();
  const campaign = chance.below(20);
  const named = campaign === 0 ? {} : { campaignId: `c${campaign}`, campaignName: `Campaign ${campaign}` };
  const person = chance.below(people);
  const event = { id: `e${n}`, at, email: `p${person}@example.com`, ...named };
  const isBouncer = person % 50 === 7;
  if (!isBouncer && chance.below(200) === 0) return { ...event, type: "bounced", bounce: "hard" };
  if (!isBouncer) return { ...event, type: kinds[chance.below(kinds.length)]! };
  return chance.below(2) === 0 ? { ...event, type: "sent" } : { ...event, type: "bounced", bounce: "soft" };
}

function addToPosts(posts: EventInput[][], event: EventInput, chance: Chance): void {
  const last = posts.at(-1);
  if (last === undefined || last.length >= 1 + chance.below(10)) posts.push([event]);
  else last.push(event);
}

export function ndjsonOf(events: readonly EventInput[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
