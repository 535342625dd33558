import { type Sql } from "@roster/store/open.ts";
import { type SuppressionKey, SuppressionKeyMissing } from "./suppression-key.ts";
/** What every use case gets: the database, and the clock and randomness that the domain must not reach for. */
export type Deps = {
    sql: Sql;
    now: () => Date;
    random: (bytes: number) => Uint8Array;
    /** Makes UUIDv7s that sort in the order in which they were made. */
    newId: () => string;
    suppressionKey: SuppressionKey;
};
/**
 * Opens what the use cases need.
 * @param dataDir where the key of the suppression hashes lives; it is made there when none is needed yet
 * @throws SuppressionKeyMissing when entries exist whose key is not there
 */
export declare function openDeps(options: {
    databaseUrl: string;
    dataDir: string;
    poolSize: number;
    name: string;
}): Promise<Deps & {
    close(): Promise<void>;
}>;
export { SuppressionKeyMissing };
