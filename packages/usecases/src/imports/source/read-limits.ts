export type ReadLimits = {
  /** the longest record, and the longest quoted cell, in bytes of the decoded stream */
  recordBytes: number;
  /** how much is worked on at a stretch; tests make it tiny, so that every border is crossed */
  blockBytes: number;
};

/** 256 kB keep a stretch of work at a few milliseconds, 20 ms where every cell is quoted. */
export const defaultLimits: ReadLimits = { recordBytes: 1024 * 1024, blockBytes: 256 * 1024 };

/** A number of bytes as people read it, for messages. */
export function byteSize(bytes: number): string {
  if (bytes >= 1024 * 1024) return `${Math.round(bytes / 1024 / 1024)} MiB`;
  return bytes >= 1024 ? `${Math.round(bytes / 1024)} KiB` : `${bytes} bytes`;
}
