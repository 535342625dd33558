import { TookTooLong } from "@roster/store/sql/time-limit.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Stride } from "../src/contacts/contact-stride.ts";

const wanted = 100;

/** The steps of a walk over so many contacts, of whom some are found, as many at a time as are wanted. @param slow how many take too long */
async function walk(contacts: number, isFound: (n: number) => boolean, slow = Number.POSITIVE_INFINITY) {
  const stride = new Stride(wanted);
  const steps: number[] = [];
  const found: number[] = [];
  for (let at = 0; at < contacts; ) {
    const step = await stride.over(async (size) => {
      steps.push(size);
      if (size > slow) throw new TookTooLong();
      const those: number[] = [];
      let end = at;
      for (; end < Math.min(contacts, at + size) && those.length < wanted; end++)
        if (isFound(end)) those.push(end);
      return { found: those, end };
    });
    found.push(...step.found);
    at = step.end;
  }
  return { steps, found };
}

test("a walk over everybody takes as many at a time as are wanted, one for nobody few steps", async () => {
  expect(new Set((await walk(10_000, () => true)).steps)).toEqual(new Set([wanted]));
  expect((await walk(1_000_000, () => false)).steps).toEqual([
    ...[100, 400, 1600, 6400, 25_600, 102_400, 250_000],
    ...[250_000, 250_000, 250_000],
  ]);
});

test("from where few are found to where many are, steps get as short as they were", async () => {
  const { steps } = await walk(200_000, (n) => n >= 150_000);
  expect(steps.at(-1)).toBe(wanted);
});

test("a step that takes too long is taken in shorter ones, which stay so, and nobody is left out", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: wanted, max: 5000 }),
      fc.integer({ min: 1, max: 5000 }),
      async (slow, rare) => {
        const isFound = (n: number) => n % rare === 0;
        const { steps, found } = await walk(30_000, isFound, slow);
        expect(found).toEqual(Array.from({ length: 30_000 }, (_, n) => n).filter(isFound));
        expect(steps.filter((size) => size > slow).length).toBeLessThan(6);
      },
    ),
    { numRuns: 50 },
  );
});

test("where those that are wanted at a time take too long themselves it ends, and says so", async () => {
  await expect(walk(1000, () => true, wanted - 1)).rejects.toThrow(TookTooLong);
});

test("whatever else goes wrong ends it at once", async () => {
  let looks = 0;
  const stride = new Stride(wanted);
  const look = async () => {
    looks++;
    throw new Error("the disk is full");
  };
  await expect(stride.over(look)).rejects.toThrow("the disk is full");
  expect(looks).toBe(1);
});
