import { expect, it } from "vitest";
import { maskPath } from "./request-log.ts";

it.each([
  ["/contacts/ann@example.com", "/contacts/:id"],
  ["/contacts/ann%40example.com?email=ann@example.com", "/contacts/:id"],
  ["/v1/jobs/0190a000-0000-7000-8000-000000000000/errors.csv", "/v1/jobs/:id/errors.csv"],
  ["/contacts/john.smith", "/contacts/:id"],
  ["/trpc/contacts.list,jobs.get?input=%7B%22search%22%3A%22ann%22%7D", "/trpc/contacts.list,jobs.get"],
  ["/trpc/contacts.ann@example.com", "/trpc/:id"],
  ["/", "/"],
])("a logged path holds nobody's data: %s", (url, masked) => {
  expect(maskPath(url)).toBe(masked);
});
