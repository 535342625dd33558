export declare function isContention(error: unknown): boolean;
/**
 * Reads, decides and writes again for as long as somebody else is in the way. `attempt` must begin a transaction of its
 * own each time.
 * @throws Refused busy after twelve attempts
 */
export declare function retrying<T>(attempt: () => Promise<T>): Promise<T>;
