import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CommandError } from "../command-error.ts";

/**
 * What a file holds as JSON; whether it makes sense is the server's to say.
 * @param file relative names start from `workingDir`
 * @param expected what to write instead, as a sentence
 * @throws CommandError (exit code 2) when it cannot be read, or is no JSON
 */
export async function jsonFile(workingDir: string, file: string, expected: string): Promise<unknown> {
  const path = resolve(workingDir, file);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path} cannot be read (${error.code}).`, 2);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`${path} holds no JSON. ${expected}`, 2);
  }
}
