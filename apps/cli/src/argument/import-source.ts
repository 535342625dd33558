import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { CommandError } from "../command-error.ts";
import { run } from "../invocation.ts";

/** Where an import's bytes come from. */
export type ImportSource = {
  /** A file's name; null for a pipe. */
  name: string | null;
  /** Null for a pipe, whose end is not known. */
  bytesTotal: number | null;
  /** Opens it; a file can be opened again, a pipe cannot. */
  open: () => AsyncIterable<Uint8Array>;
  opensAgain: boolean;
};

/** 256 kB a read: the server stores larger chunks, and small reads cost a system call each. */
const readBytes = 256 * 1024;

/**
 * Opens a file, or the pipe for `-`; nothing is read before it is asked for.
 * @param file relative names start from `workingDir`
 * @throws CommandError (exit code 2) when there is no such file, or nothing in the pipe
 */
export async function openSource(
  file: string,
  workingDir: string,
  stdin: NodeJS.ReadStream = process.stdin,
): Promise<ImportSource> {
  if (file === "-") {
    if (stdin.isTTY) {
      throw new CommandError(
        `“-” reads a pipe, and there is none. Try: cat contacts.csv | ${run} import -`,
        2,
      );
    }
    return { name: null, bytesTotal: null, open: () => stdin, opensAgain: false };
  }
  const path = resolve(workingDir, file);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no such file" : `it cannot be read (${error.code})`;
    throw new CommandError(`${path}: ${reason}.`, 2);
  });
  if (found.isDirectory()) throw new CommandError(`${path} is a directory. Name one file in it.`, 2);
  return {
    name: basename(path),
    bytesTotal: found.isFile() ? found.size : null,
    open: () => createReadStream(path, { highWaterMark: readBytes }),
    opensAgain: found.isFile(),
  };
}

/** The same bytes; tells how many have been taken so far. */
export async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  tell: (taken: number) => void,
): AsyncGenerator<Uint8Array> {
  let taken = 0;
  for await (const part of bytes) {
    taken += part.length;
    tell(taken);
    yield part;
  }
}
