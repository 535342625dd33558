import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** They measure the memory of their own process, in which nothing else may have been before. */
const alone = [
  "packages/usecases/test/bad-files.test.ts",
  "packages/usecases/test/import-source/hostile-size.test.ts",
];

const ignored = ["**/node_modules/**", "**/dist/**"];
const every = { pool: "forks", testTimeout: 30_000, hookTimeout: 60_000 } as const;

/** Half a minute and more. Last, one of them would run while the other core has nothing left to do. */
const long = [
  "faults/",
  "bench/",
  "isolation.test",
  "docs/examples.test",
  "bad-input.test",
  "start-stop.test",
  "cli/test/import.test",
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isShort = ({ moduleId }: TestSpecification) => !long.some((part) => moduleId.includes(part));
    return (await super.sort(files)).toSorted((a, b) => Number(isShort(a)) - Number(isShort(b)));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    // Here and in no project, so that one PostgreSQL serves all of them.
    globalSetup: ["packages/store/test/global-setup.ts"],
    maxWorkers: 2,
    projects: [
      { test: { ...every, name: "alone", include: alone, exclude: ignored } },
      {
        test: {
          ...every,
          name: "together",
          include: ["packages", "apps", "bench", "faults", "scripts", "test"].map(
            (room) => `${room}/**/*.test.ts`,
          ),
          exclude: [...ignored, ...alone],
          // No module of ours keeps anything between calls, so that files need not each load all of them anew: 1.8 s of CPU a file.
          isolate: false,
        },
      },
    ],
  },
});
