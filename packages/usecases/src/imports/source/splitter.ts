import type { FileRecord } from "./record.ts";

/** Cuts a file's decoded bytes into records, one block after the other. */
export interface Splitter {
  /**
   * Takes what is complete in a block and keeps the rest for the next call.
   * @param bytes what was not taken before, and more behind it
   * @param base the offset of `bytes` in the decoded stream
   * @param last whether nothing follows
   * @param out where the records go, also those in front of an error
   * @returns how many bytes were taken; with `last`, all of them
   * @throws SourceError when the file cannot be read any further
   */
  take(bytes: Buffer, base: number, last: boolean, out: FileRecord[]): number;
}
