import { defineConfig } from "vitest/config";

/** They measure the memory of their own process, in which nothing else may have been before. */
const alone = [
  "packages/usecases/test/bad-files.test.ts",
  "packages/usecases/test/import-source/hostile-size.test.ts",
];

const ignored = ["**/node_modules/**", "**/dist/**"];
const every = { pool: "forks", testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
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
