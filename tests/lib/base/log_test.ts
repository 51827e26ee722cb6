import { deepEqual, equal } from "node:assert/strict";
import { createLog } from "../../../lib/base/log.ts";
import { manualClock } from "../../support/manual_clock.ts";

function lines(format: "text" | "json", level: "debug" | "warn" = "debug") {
  const written: string[] = [];
  const log = createLog({
    level,
    format,
    clock: manualClock(),
    write: (line) => written.push(line),
  });
  return { log, written };
}

Deno.test("createLog() writes time, level, event and fields as text", () => {
  const { log, written } = lines("text");
  log.info("http.listening", { port: 8080, path: "a b", none: undefined });
  deepEqual(written, [
    '2026-04-26T10:00:00.000Z info  http.listening port=8080 path="a b"',
  ]);
});

Deno.test("createLog() writes one JSON object a line", () => {
  const { log, written } = lines("json");
  log.error("x", { n: 1 });
  deepEqual(JSON.parse(written[0]!), {
    time: "2026-04-26T10:00:00.000Z",
    level: "error",
    event: "x",
    n: 1,
  });
});

Deno.test("createLog() leaves out what is below its level", () => {
  const { log, written } = lines("text", "warn");
  log.info("x");
  log.debug("x");
  equal(written.length, 0);
});

Deno.test("createLog() does not let a field forge a second line", () => {
  for (const format of ["text", "json"] as const) {
    const { log, written } = lines(format);
    log.warn("x", { field: "a\nlevel=error b\r\u2028c\u001b[31m\u0085" });
    equal(written.length, 1);
    // deno-lint-ignore no-control-regex -- the test is about control characters
    equal(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(written[0]!), false);
  }
});
