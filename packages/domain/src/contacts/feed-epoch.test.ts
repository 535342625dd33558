import fc from "fast-check";
import { expect, test } from "vitest";
import { epochAfterRestore } from "./feed-epoch.ts";

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("a restored feed's epoch is above the backup's and fits into an int4", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 2 }), chance, (before, random) => {
      const epoch = epochAfterRestore(before, random);
      expect(epoch).toBeGreaterThan(before);
      expect(epoch).toBeLessThan(2 ** 31);
    }),
  );
});

test("the same backup restored twice gives two epochs, also after 2000 restores one on the other", () => {
  let epoch = 1;
  for (let n = 0; n < 2000; n++) epoch = epochAfterRestore(epoch, 0.999);
  for (const before of [1, epoch]) {
    expect(epochAfterRestore(before, 0.5)).not.toBe(epochAfterRestore(before, 0.5 + 1e-5));
  }
});
