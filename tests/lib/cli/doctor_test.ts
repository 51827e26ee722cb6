import { deepEqual, equal } from "node:assert/strict";
import { doctorExitCode, doctorText } from "../../../lib/cli/doctor.ts";

const warning = {
  code: "table_open",
  severity: "warning",
  object: "public.t",
  message: "It is open",
  advice: "Close it",
} as const;
const notice = { ...warning, code: "no_policy", severity: "notice" } as const;

Deno.test("doctorText() prints what to do about each finding and counts them", () => {
  equal(
    doctorText([warning, notice], false),
    "warning table_open public.t\n  It is open.\n  To do: Close it.\n\n" +
      "notice no_policy public.t\n  It is open.\n  To do: Close it.\n\n" +
      "1 warning, 1 notice.",
  );
  equal(doctorText([], false), "Nothing to report.");
});

Deno.test("doctorText() prints JSON for a program", () => {
  deepEqual(JSON.parse(doctorText([warning], true)), { findings: [warning] });
  deepEqual(JSON.parse(doctorText([], true)), { findings: [] });
});

Deno.test("doctorExitCode() is 1 for a warning alone", () => {
  equal(doctorExitCode([]), 0);
  equal(doctorExitCode([notice]), 0);
  equal(doctorExitCode([notice, warning]), 1);
});
