import { equal, throws } from "node:assert/strict";
import { toDatum } from "../../../../lib/engine/session/service_values.ts";
import { timestampTzType } from "../../../../lib/sql/types/timestamp.ts";
import { evalContext } from "../sqlite/plan_support.ts";

Deno.test("toDatum() reads a moment as the type does, however it is written", async (t) => {
  for (
    const text of [
      "2026-04-26T10:00:00.000Z",
      "1969-12-31T23:59:59.999Z",
      "0001-01-01T00:00:00.000Z",
      "2285-06-04T00:00:00.000Z",
      "2286-01-01T00:00:00.000Z",
      "9999-12-31T23:59:59.999Z",
      "2026-04-26T24:00:00.000Z",
      "2026-04-26 10:00:00.000Z",
      "2026-04-26T10:00:00.123456Z",
      "2026-04-26T10:00:00+02",
      "infinity",
    ]
  ) {
    await t.step(text, () =>
      equal(
        toDatum(text, timestampTzType, evalContext),
        timestampTzType.input(text, -1, evalContext),
      ));
  }
});

Deno.test("toDatum() refuses a day that is not in the calendar", () => {
  throws(
    () => toDatum("2026-02-30T10:00:00.000Z", timestampTzType, evalContext),
    { sqlState: "22008" },
  );
});
