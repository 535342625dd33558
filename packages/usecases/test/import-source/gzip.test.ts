import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { detectSource } from "../../src/imports/source/detect.ts";
import { readRecords } from "../../src/imports/source/read.ts";
import type { OpenSource } from "../../src/imports/source/shape.ts";
import { collect, sourceFrom } from "./source-from.ts";

const lines = Array.from({ length: 20_000 }, (_, i) => `user${i}@example.com,${(i * 2654435761) % 1e9}\n`);
const plain = `email,n\n${lines.join("")}`;
const packed = gzipSync(plain);
const inMembers = Buffer.concat([gzipSync(plain.slice(0, 100_000)), gzipSync(plain.slice(100_000))]);

test.each([
  ["one member", packed],
  ["several members", inMembers],
])("gzip of %s is read as its content, also from the middle", async (_, bytes) => {
  const open = sourceFrom(bytes, 1000);
  const shape = await detectSource(open);
  expect(shape).toMatchObject({ gzip: true, headers: ["email", "n"] });
  const { records, error } = await collect(open, shape);
  expect(error).toBeUndefined();
  const same = await collect(sourceFrom(plain), { ...shape, gzip: false });
  expect(JSON.stringify(records)).toBe(JSON.stringify(same.records));
  const rest = await collect(open, shape, records[12_345]);
  expect(JSON.stringify(rest.records)).toBe(JSON.stringify(records.slice(12_345)));
});

test("a file that is cut off or damaged ends there, behind the same records whatever the chunks", async () => {
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 90_000, 90_100);
  for (const bytes of [packed.subarray(0, 100_000), damaged, packed.subarray(0, -4)]) {
    const shape = await detectSource(sourceFrom(bytes));
    const found = await Promise.all([7, 1000, 1e6].map((chunk) => collect(sourceFrom(bytes, chunk), shape)));
    for (const { records, error } of found) {
      expect(error).toMatchObject({ name: "SourceError", code: "invalid_gzip" });
      expect(records.length).toBeGreaterThan(1000);
      expect(JSON.stringify(records)).toBe(JSON.stringify(found[0]?.records));
    }
  }
});

test("what is called gzip and is none is refused", async () => {
  await expect(detectSource(sourceFrom("email\n"), { gzip: true })).rejects.toMatchObject({
    code: "invalid_gzip",
  });
});

test("a bomb ends the reading after 64 MiB", async () => {
  const line = `a@x.de,${"x".repeat(1000)}\n`;
  const open = sourceFrom(gzipSync(`email,n\n${line.repeat(150_000)}`));
  const { records, error } = await collect(open, await detectSource(open));
  expect(error).toMatchObject({ name: "SourceError", code: "compression_ratio" });
  expect(records.length * line.length).toBeLessThan(80 * 1024 * 1024);
});

test("whoever stops reading early lets the source go", async () => {
  for (const bytes of [packed, Buffer.from(plain)]) {
    let closed = 0;
    const open: OpenSource = async function* (fromByte) {
      try {
        for (let at = fromByte; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
      } finally {
        closed++;
      }
    };
    const shape = await detectSource(open);
    const before = closed;
    for await (const { records } of readRecords(open, shape, undefined, { blockBytes: 1000 })) {
      expect(records.length).toBeGreaterThan(0);
      break;
    }
    expect(closed).toBe(before + 1);
  }
});

test("an error of the source itself passes through", async () => {
  const broken = new Error("connection lost");
  const open: OpenSource = async function* () {
    yield packed.subarray(0, 50_000);
    throw broken;
  };
  const { error } = await collect(open, await detectSource(sourceFrom(packed)));
  expect(error).toBe(broken);
});
