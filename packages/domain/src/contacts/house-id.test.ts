import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHouseId, readContactId, toHouseId } from "./house-id.ts";

const uuids = fc.uuid();
const uuid = "01890a5d-ac96-774b-bcce-b302099a8057";
const house = "con_01H455VB4PEX5VSKNK084SN02Q";

test("a known id reads as known", () => {
  expect(toHouseId(uuid)).toBe(house);
  expect(toHouseId("00000000-0000-0000-0000-000000000000")).toBe("con_00000000000000000000000000");
  expect(toHouseId("ffffffff-ffff-ffff-ffff-ffffffffffff")).toBe("con_7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
});

test("every UUID survives the way there and back, in either case", () => {
  fc.assert(
    fc.property(uuids, (id) => {
      expect(fromHouseId(toHouseId(id))).toBe(id);
      expect(fromHouseId(toHouseId(id.toUpperCase()))).toBe(id);
      expect(fromHouseId(`con_${toHouseId(id).slice(4).toLowerCase()}`)).toBe(id);
    }),
  );
});

test("house ids sort as the UUIDs do", () => {
  fc.assert(
    fc.property(uuids, uuids, (a, b) => {
      expect(toHouseId(a) < toHouseId(b)).toBe(a < b);
    }),
  );
});

test("i and l are read as 1, o as 0, in either case", () => {
  expect(fromHouseId("con_oIH455VB4PEX5VSKNKO84SNo2Q")).toBe(uuid);
  expect(fromHouseId("con_0LH455VB4PEX5VSKNK084SN02Q")).toBe(uuid);
  expect(fromHouseId("con_0lH455VB4PEX5VSKNK084SN02Q")).toBe(uuid);
});

test.each([
  ["more than 128 bits", "con_8ZZZZZZZZZZZZZZZZZZZZZZZZZ"],
  ["a digit too few", house.slice(0, -1)],
  ["a digit too many", `${house}0`],
  ["a u", house.replace("V", "U")],
  ["a hyphen", house.replace("V", "-")],
  ["another prefix", house.replace("con_", "lst_")],
  ["no prefix", house.slice(4)],
  ["a UUID", uuid],
  ["nothing", ""],
])("%s is no house id", (_, text) => {
  expect(fromHouseId(text)).toBeNull();
});

test("what is no UUID has no house id", () => {
  expect(() => toHouseId("5")).toThrow(RangeError);
});

test("a contact is named by its UUID in either case or by its house id, and by nothing else", () => {
  for (const id of [uuid, uuid.toUpperCase(), house, house.toLowerCase()])
    expect(readContactId(id)).toBe(uuid);
  for (const id of ["", "17", `${uuid} `, house.slice(4)]) expect(readContactId(id)).toBeNull();
});
