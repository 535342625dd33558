import fc from "fast-check";
import { expect, test } from "vitest";
import { epochAfterRestore } from "./feed-epoch.ts";

test("a restored feed's epoch is above the backup's, fits into an int4, and differs from that of a restore a second later", () => {
  const now = fc.date({ min: new Date("2026-01-01"), max: new Date("2094-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 10 }), now, (before, at) => {
      const epoch = epochAfterRestore(before, at);
      expect(epoch).toBeGreaterThan(before);
      expect(epoch).toBeLessThan(2 ** 31);
      if (epoch > before + 1)
        expect(epochAfterRestore(before, new Date(at.getTime() + 1000))).toBe(epoch + 1);
    }),
  );
});

test("the same backup restored on two days gives two epochs", () => {
  const first = epochAfterRestore(1, new Date("2026-11-21T08:00:00Z"));
  expect(epochAfterRestore(1, new Date("2026-11-22T08:00:00Z"))).toBeGreaterThan(first);
});
