import { expect, it } from "vitest";
import * as examples from "../../src/docs/example-people.ts";

it("no two things of the examples have one id: a world of examples could not tell them apart", () => {
  const ids = JSON.stringify(examples).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)!;
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});
