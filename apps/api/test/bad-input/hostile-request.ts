import fc from "fast-check";
import type { Route } from "../every-route.ts";
import { hostileText, hostileValue } from "./hostile-value.ts";
import { contactOf, objectOf, type World } from "./plausible-value.ts";
import type { RawRequest } from "./raw-call.ts";

/** What is known of a route: names of fields that it may read, in its body and in its query. */
export type Names = { body: readonly string[]; query: readonly string[] };

/** Anything that Node sends as a header's value. */
const headerText = hostileText.map((text) => text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, "").slice(0, 500));

/** @param key with which the route is called, mostly */
export function hostileRequest(
  { method, path }: Route,
  { names, world, key }: { names: Names; world: World; key: string },
): fc.Arbitrary<RawRequest> {
  const bodiless = method === "GET";
  return fc
    .record({
      secret: rarely(fc.constant(key), fc.option(headerText), 20),
      path: filledIn(path, world),
      query: queryOf(names.query, world),
      payload: bodiless
        ? rarely(fc.constant(null), payloadOf(names.body, world), 20)
        : payloadOf(names.body, world),
      extra: extraHeaders(world),
    })
    .map(({ secret, path, query, payload, extra }) => ({
      method,
      path: query === "" ? path : `${path}?${query}`,
      headers: {
        ...(secret !== null && { Authorization: `Bearer ${secret}` }),
        ...(payload !== null && { "Content-Type": payload.type }),
        ...extra,
      },
      body: payload === null ? null : payload.bytes,
    }));
}

function rarely<A, B>(usual: fc.Arbitrary<A>, odd: fc.Arbitrary<B>, times: number): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: times - 1, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

/** The path with something in place of each `:name`. */
function filledIn(path: string, world: World): fc.Arbitrary<string> {
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...world).map(encodeURIComponent) },
    {
      weight: 2,
      arbitrary: hostileText.map((text) => encodeURIComponent(text.toWellFormed().slice(0, 500))),
    },
    { weight: 1, arbitrary: fc.constantFrom("%ff", "%00", "%", "%2f", "..%2f..", "%E0%A4%A", "a;b", "*") },
  );
  const segments = path.split("/").map((segment) => (segment.startsWith(":") ? value : fc.constant(segment)));
  return fc.tuple(...segments).map((filled) => filled.join("/"));
}

function queryOf(names: readonly string[], world: World): fc.Arbitrary<string> {
  const parameters = objectOf(names, world).map((values) =>
    Object.entries(values)
      .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const))
      .slice(0, 20)
      .map(([name, one]) => `${name}=${encodeURIComponent(asText(one).toWellFormed().slice(0, 400))}`)
      .join("&"),
  );
  const odd = fc.constantFrom(
    "a[b]=c",
    "limit[]=1",
    "limit=1&limit=2",
    "%ff=%ff",
    "=",
    "&&",
    "page",
    "search=%c3%28",
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant("") },
    { weight: 6, arbitrary: parameters },
    { weight: 1, arbitrary: odd },
  );
}

function asText(value: unknown): string {
  return typeof value === "object" ? (JSON.stringify(value) ?? "") : String(value);
}

type Payload = { type: string; bytes: Buffer } | null;

function payloadOf(names: readonly string[], world: World): fc.Arbitrary<Payload> {
  const json = fc.oneof(
    { weight: 8, arbitrary: objectOf(names, world) },
    { weight: 2, arbitrary: contactOf(world) },
    { weight: 2, arbitrary: fc.array(fc.oneof(contactOf(world), hostileValue), { maxLength: 4 }) },
    { weight: 2, arbitrary: hostileValue },
  );
  const written = json.map((value) => ({
    type: "application/json",
    bytes: Buffer.from(JSON.stringify(value)),
  }));
  const cut = fc.tuple(json, fc.nat(40)).map(([value, length]) => ({
    type: "application/json",
    bytes: Buffer.from(JSON.stringify(value).slice(0, length)),
  }));
  const cells = fc.oneof(hostileText, fc.constantFrom("a@x.example", "Ana", "email", "status", "subscribed"));
  const table = fc.array(fc.array(cells, { minLength: 1, maxLength: 4 }), { maxLength: 5 }).map((rows) => ({
    type: "text/csv",
    bytes: Buffer.from(`email,firstName,status\n${rows.map((row) => row.join(",")).join("\n")}`),
  }));
  const form = fc
    .tuple(
      fc.constantFrom("file", "other", "mapping", "\0"),
      fc.constantFrom("p.csv", "p.json.gz", "\0", ""),
      table,
    )
    .map(([field, name, { bytes }]) => ({
      type: "multipart/form-data; boundary=b",
      bytes: Buffer.concat([
        Buffer.from(
          `--b\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`,
        ),
        bytes,
        Buffer.from("\r\n--b--\r\n"),
      ]),
    }));
  const anything = fc.record({
    type: fc.oneof(
      fc.constantFrom(
        "application/json",
        "application/json; charset=utf-16",
        "application/x-ndjson",
        "application/octet-stream",
        "application/gzip",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "text/csv; charset=latin1",
        "text/plain",
      ),
      headerText,
    ),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      hostileText.map((text) => Buffer.from(text)),
      written.map(({ bytes }) => bytes),
    ),
  });
  return fc.oneof(
    { weight: 20, arbitrary: written },
    { weight: 1, arbitrary: cut },
    { weight: 3, arbitrary: table },
    { weight: 2, arbitrary: form },
    { weight: 2, arbitrary: anything },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

/** Headers that say something to the server beside the key and the content. */
function extraHeaders(world: World): fc.Arbitrary<Record<string, string>> {
  const headers = fc.oneof(
    fc.record({ "Idempotency-Key": fc.oneof(fc.constantFrom("k1", "k2", "k3"), headerText) }),
    fc.record({ "X-Tenant-Id": fc.oneof(fc.constantFrom("default", "nowhere", ...world), headerText) }),
    fc.record({ "Content-Encoding": fc.oneof(fc.constantFrom("gzip", "br", "deflate", "zip"), headerText) }),
    fc.record({ "X-Request-Id": headerText, Accept: headerText, Range: headerText }),
  );
  return rarely(fc.constant({}), headers, 3);
}
