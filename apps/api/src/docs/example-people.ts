import { toHouseId } from "@roster/domain/house-id.ts";

/** When everything in the examples happened. */
export const exampleTime = "2026-01-31T12:00:00.000Z";

/** Ana reads, buys and may be mailed; Bo has unsubscribed; mail to Cara came back. */
export const ana = person("019c1414-4e00-7a00-8000-000000000001");
export const bo = person("019c1414-4e00-7a00-8000-000000000002");
export const cara = person("019c1414-4e00-7a00-8000-000000000003");

function person(id: string) {
  return { id, houseId: toHouseId(id) };
}
