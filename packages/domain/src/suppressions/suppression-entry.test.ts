import { expect, it } from "vitest";
import { removalObstacle, SuppressedStatus, SuppressionReason } from "./suppression-entry.ts";

it("an entry is removed by the removal alone, but for a complaint and an erasure", () => {
  const needing = SuppressedStatus.options.flatMap((status) =>
    ["added", "erased"].flatMap((reason) =>
      removalObstacle({ status, reason }, false) === null ? [] : [`${status} ${reason}`],
    ),
  );
  expect(needing).toEqual(["unsubscribed erased", "bounced erased", "complained added", "complained erased"]);
  for (const status of SuppressedStatus.options) {
    expect(removalObstacle({ status, reason: "erased" }, true)).toBeNull();
  }
});

it("a reason is a short text that holds no address", () => {
  expect(SuppressionReason.parse("  spam trap ")).toBe("spam trap");
  for (const text of ["", " ", "x".repeat(65), "550 ann@example.com unknown", "a\0b"]) {
    expect(SuppressionReason.safeParse(text).success).toBe(false);
  }
});
