import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasEnded, JobState, pace, progressPercent, retryObstacle } from "./job.ts";

const unfinished = JobState.options.filter((state) => state !== "completed");
const bytes = fc.nat(2 ** 40);

test("completed, failed and cancelled jobs have ended, queued and running ones have not", () => {
  expect(JobState.options.filter(hasEnded)).toEqual(["completed", "failed", "cancelled"]);
});

test("a failed or cancelled job is tried again, unless it was undone or would end in the same way", () => {
  const job = (state: JobState, code: string | null = null, undoneBy: string | null = null) =>
    retryObstacle({ state, error: code === null ? null : { code, message: "Why." }, undoneBy });
  for (const code of ["too_many_failures", "plan_limit_exceeded", "internal"]) {
    expect(job("failed", code)).toBeNull();
  }
  expect(job("cancelled")).toBeNull();
  expect(job("failed", "invalid_json")).toBe("it would end in the same way again (Why.)");
  expect(job("cancelled", null, "job-2")).toBe("it was undone, by job job-2");
  expect(JobState.options.map((state) => job(state))).toEqual([
    "it is queued",
    "it is running",
    "it is completed",
    null,
    null,
  ]);
});

describe("progress", () => {
  test("is a whole number from 0 to 100, and 100 exactly when the job completed", () => {
    fc.assert(
      fc.property(fc.constantFrom(...JobState.options), bytes, fc.option(bytes), (state, done, of) => {
        const percent = progressPercent(state, done, of);
        expect(Number.isInteger(percent) && percent >= 0 && percent <= 100).toBe(true);
        expect(percent === 100).toBe(state === "completed");
      }),
    );
  });

  test("never goes back while more gets done", () => {
    fc.assert(
      fc.property(fc.constantFrom(...unfinished), bytes, bytes, bytes, (state, a, b, of) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(progressPercent(state, less, of)).toBeLessThanOrEqual(progressPercent(state, more, of));
      }),
    );
  });

  test("n of 100 is n per cent", () => {
    for (let n = 0; n < 100; n++) expect(progressPercent("running", n, 100)).toBe(n);
    expect(progressPercent("running", 100, 100)).toBe(99);
  });

  test("is 0 while the size is not known or nothing", () => {
    expect(progressPercent("running", 5, null)).toBe(0);
    expect(progressPercent("running", 0, 0)).toBe(0);
  });
});

describe("pace", () => {
  test("is rows per second so far, and the time that the rest takes at the same rate", () => {
    expect(pace(1000, 5000, 8000, 400, 1000)).toEqual({ rowsPerSecond: 2000, secondsLeft: 6 });
  });

  test("says nothing before there is anything to judge by", () => {
    const nothing = { rowsPerSecond: null, secondsLeft: null };
    expect(pace(null, 5000, 10, 10, 100)).toEqual(nothing);
    expect(pace(5000, 5000, 10, 10, 100)).toEqual(nothing);
    // The clock was set back.
    expect(pace(5000, 4000, 10, 10, 100)).toEqual(nothing);
    expect(pace(1000, 5000, 0, 10, 100)).toEqual(nothing);
    expect(pace(1000, 5000, 10, 0, 100)).toEqual(nothing);
  });

  test("ends at no time left, even when more was read than was announced", () => {
    expect(pace(0, 1000, 10, 100, 100).secondsLeft).toBe(0);
    expect(pace(0, 1000, 10, 120, 100).secondsLeft).toBe(0);
  });
});
