import { join } from "node:path";
import { defineConfig } from "tsdown";

/** Where `tsc -p tsconfig.build.json` leaves the declarations of this package and of the rooms behind the router's type. */
const declarations = join(import.meta.dirname, "node_modules/.declarations");

const shared = {
  platform: "neutral",
  target: "es2024",
  deps: { neverBundle: [/^@trpc\//, "eventsource", "postgres", "zod"] },
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
} as const;

const rollUp = {
  name: "roll-up-declarations",
  transform: {
    order: "pre" as const,
    filter: { id: /\.d\.ts$/ },
    handler: (code: string) =>
      code
        // Declarations keep the names of sources in their imports: here both kinds lead to declarations.
        .replaceAll(/"@roster\/(\w+)\/([\w/-]+)\.ts"/g, (_, room: string, file: string) =>
          JSON.stringify(
            join(declarations, room === "api" ? "apps" : "packages", room, "src", `${file}.d.ts`),
          ),
        )
        .replaceAll(/"(\.\.?\/[\w/.-]+)\.ts"/g, '"$1.d.ts"')
        // The router's type names what the server keeps for itself while it answers: a database connection, say. No call
        // depends on it, and a customer has no such types.
        .replaceAll(/\bctx: [^;{}]+;/g, "ctx: object;"),
  },
};

export default defineConfig([
  { ...shared, entry: { index: "src/client.ts" }, dts: false },
  {
    ...shared,
    entry: { index: join(declarations, "packages/client/src/client.d.ts") },
    dts: { dtsInput: true, emitDtsOnly: true },
    clean: false,
    // Else an import of postgres stays, of which nothing is used.
    treeshake: { moduleSideEffects: false },
    plugins: [rollUp],
  },
]);
