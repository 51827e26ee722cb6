import { equal } from "node:assert/strict";
import { idleLimit } from "../../../lib/pgwire/idle_limit.ts";
import { EngineDouble } from "../../support/engine_double.ts";

const cases: [own: string | undefined, serverMs: number, limit: number][] = [
  [undefined, 0, 0],
  [undefined, 5000, 5000],
  ["0", 5000, 5000],
  ["1500", 0, 1500],
  ["2s", 5000, 2000],
  ["1min", 5000, 5000],
  ["1.5 h", 0, 5_400_000],
  ["1d", 0, 86_400_000],
  ["nonsense", 7, 7],
];

for (const [own, serverMs, limit] of cases) {
  Deno.test(`idleLimit() of ${own} and ${serverMs} ms is ${limit} ms`, () => {
    const session = new EngineDouble().connect({
      user: "a",
      database: "a",
      settings: own === undefined ? {} : { idle_session_timeout: own },
      remote: { address: null, port: null },
      processId: 1,
      events: {
        notice() {},
        notification() {},
        parameter() {},
        terminated() {},
      },
    });

    equal(idleLimit(session, serverMs), limit);
  });
}
