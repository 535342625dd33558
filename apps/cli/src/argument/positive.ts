import { InvalidArgumentError } from "commander";

/** A whole number from 1, as an option's value. @throws InvalidArgumentError */
export function positive(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("Write a whole number from 1.");
  return n;
}
