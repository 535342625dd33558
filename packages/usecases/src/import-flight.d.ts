/**
 * The batches that are being written at this moment. Two that share an email, an externalId or a contact must not be:
 * the later one has to see what the earlier one wrote. The waiting happens here, outside of any transaction.
 */
export declare class Flights {
    #private;
    /** @param lanes how many batches are written at once */
    constructor(lanes: number);
    /** Resolves when nothing that is being written shares a key with `keys`. @returns whether anything did */
    clear(keys: ReadonlySet<string>): Promise<boolean>;
    /** Starts a write and resolves when there is a lane for the next one. */
    launch(keys: ReadonlySet<string>, write: () => Promise<void>): Promise<void>;
    /** Resolves when everything has been written. @throws the first failure */
    landed(): Promise<void>;
}
