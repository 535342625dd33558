import fc from "fast-check";
import { expect, test } from "vitest";
import { rowProblem } from "./row-problem.ts";

test("shows the value as text, cut to 200 characters, and nothing for nothing", () => {
  expect(rowProblem("email_invalid", "email", "x".repeat(300), "").value).toBe("x".repeat(200));
  expect(rowProblem("wrong_type", "email", { a: [1, true] }, "").value).toBe('{"a":[1,true]}');
  expect(rowProblem("wrong_type", "email", 5, "").value).toBe("5");
  expect(rowProblem("email_missing", null, null, "")).toMatchObject({ field: null, value: null });
  expect(rowProblem("email_missing", "email", undefined, "").value).toBeNull();
});

test("whatever a row held, its problem can be stored: no NUL, no half characters, also where 200 cut one", () => {
  const anyUnits = fc
    .array(fc.constantFrom("\0", "\ud83d", "\ude42", "🙂", "a"), { minLength: 190, maxLength: 210 })
    .map((units) => units.join(""));
  fc.assert(
    fc.property(anyUnits, anyUnits, (field, value) => {
      const problem = rowProblem("wrong_type", field, value, "");
      for (const text of [problem.field!, problem.value!]) {
        expect(text.length).toBeLessThanOrEqual(200);
        expect(text.isWellFormed() && !text.includes("\0")).toBe(true);
      }
    }),
  );
});
