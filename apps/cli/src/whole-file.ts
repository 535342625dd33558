import { open, rename, rm } from "node:fs/promises";
import type { Writable } from "node:stream";
import { CommandError } from "./command-error.ts";

/**
 * Writes a file that is there only when it is complete. It holds people's addresses, and is for its owner's eyes alone.
 * @param path absolute
 * @param failed what did not happen where the disk refuses, as a sentence
 * @throws CommandError where the disk refuses, and whatever `write` throws; the file is then as it was
 */
export async function writeWholeFile<T>(
  path: string,
  failed: string,
  write: (output: Writable) => Promise<T>,
): Promise<T> {
  const partial = `${path}.partial`;
  try {
    await rm(partial, { force: true });
    const opened = await open(partial, "wx", 0o600);
    const written = await write(opened.createWriteStream({ flush: true }));
    await rename(partial, path);
    return written;
  } catch (error) {
    await rm(partial, { force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined || error instanceof CommandError) throw error;
    throw new CommandError(`${path} cannot be written (${code}). ${failed}`);
  }
}
