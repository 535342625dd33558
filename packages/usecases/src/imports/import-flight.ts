/** What a batch reads and writes: two that share any of it must not be on their way at once. */
export type BatchKeys = {
  emails: Set<string>;
  externalIds: Set<string>;
  /** Contacts that are hit and stay as they are. */
  ids: Set<string>;
};

/**
 * The batches that are being written at this moment. Two that share an email, an externalId or a contact must not be:
 * the later one has to see what the earlier one wrote. The waiting happens here, outside of any transaction.
 */
export class Flights {
  readonly #lanes: number;
  readonly #flights = new Set<{ keys: BatchKeys; landed: Promise<void> }>();
  #failure: { error: unknown } | null = null;

  /** @param lanes how many batches are written at once */
  constructor(lanes: number) {
    this.#lanes = lanes;
  }

  /** Resolves when nothing that is being written shares a key with `keys`. @returns whether anything did */
  async clear(keys: BatchKeys): Promise<boolean> {
    let waited = false;
    for (const flight of [...this.#flights]) {
      if (!overlap(flight.keys, keys)) continue;
      waited = true;
      await flight.landed;
    }
    this.#rethrow();
    return waited;
  }

  /**
   * Starts a write as soon as there is a lane for it. The wait is in front, not behind: while the lanes are full the next
   * batch is read and decided.
   */
  async launch(keys: BatchKeys, write: () => Promise<void>): Promise<void> {
    while (this.#flights.size >= this.#lanes) {
      await Promise.race([...this.#flights].map(({ landed }) => landed));
    }
    this.#rethrow();
    const flight = {
      keys,
      landed: write()
        .catch((error: unknown) => {
          this.#failure ??= { error };
        })
        .finally(() => {
          this.#flights.delete(flight);
        }),
    };
    this.#flights.add(flight);
  }

  /** Resolves when everything has been written. @throws the first failure */
  async landed(): Promise<void> {
    while (this.#flights.size > 0) await Promise.all([...this.#flights].map(({ landed }) => landed));
    this.#rethrow();
  }

  #rethrow(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}

function overlap(a: BatchKeys, b: BatchKeys): boolean {
  return !(
    a.emails.isDisjointFrom(b.emails) &&
    a.externalIds.isDisjointFrom(b.externalIds) &&
    a.ids.isDisjointFrom(b.ids)
  );
}
