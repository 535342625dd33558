import { InvalidArgumentError } from "commander";

/** The values of an option that may be given more than once, for commander. */
export function repeated(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** The same of an option that has `choices`, which its description names. @throws InvalidArgumentError for another value */
export function repeatedChoice<T extends string>(choices: readonly T[]) {
  return (value: string, before: T[] | undefined): T[] => {
    const choice = choices.find((one) => one === value);
    if (choice === undefined) throw new InvalidArgumentError(`Write ${choices.join(", ")}.`);
    return [...(before ?? []), choice];
  };
}
