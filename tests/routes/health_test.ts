import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { systemClock } from "../../lib/base/clock.ts";
import { Metrics } from "../../lib/base/metrics.ts";
import { Problem } from "../../lib/base/problem.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import type { Call } from "../../lib/http/call.ts";
import { createRouter } from "../../lib/http/router.ts";
import { engineProblem } from "../../routes/engine_problem.ts";
import { type HealthDeps, healthRoutes } from "../../routes/health.ts";

type FakeEngine = Pick<Engine, "session" | "stats" | "writable">;

/** An engine that knows one statement, and whether it answers. */
function fakeEngine(answers = true): FakeEngine {
  return {
    session: (identity) => ({
      identity,
      query(sql) {
        equal(sql, "SELECT 1");
        return answers
          ? Promise.resolve({ columns: [], rows: [[1]], rowCount: 1 })
          : Promise.reject(new EngineError("58030", "Cannot read"));
      },
      transaction: () => Promise.reject(new Error("unused")),
    }),
    writable: () => true,
    stats: () => ({
      statements: 11,
      commits: 12,
      transactions: 13,
      syncs: 14,
      offThread: 15,
      writeQueue: 16,
    }),
  };
}

interface Asked {
  address?: string;
  headers?: Record<string, string>;
}

async function ask(
  path: string,
  deps: Partial<HealthDeps> = {},
  { address = "127.0.0.1", headers = {} }: Asked = {},
) {
  const router = createRouter(healthRoutes({
    engine: fakeEngine(),
    metrics: new Metrics(),
    clock: systemClock,
    version: "1.2.3",
    metricsFor: "loopback",
    draining: () => false,
    ...deps,
  }));
  const call: Call = {
    request: new Request("http://localhost", { headers }),
    method: "GET",
    path,
    search: "",
    query: new URLSearchParams(),
    address,
    requestId: "test",
  };
  return await router.find("GET", path).handler(call);
}

Deno.test("GET /ready refuses while the database cannot be written", async () => {
  const engine = { ...fakeEngine(), writable: () => false };
  await rejects(
    ask("/ready", { engine }),
    (e) => e instanceof Problem && e.code === "storage_failed",
  );
});

Deno.test("GET /health answers that the server is alive", async () => {
  deepEqual(await (await ask("/health")).json(), { status: "ok" });
});

Deno.test("GET /version answers what is running", async () => {
  deepEqual(await (await ask("/version")).json(), {
    name: "heliosdb-nano",
    version: "1.2.3",
    "api_version": "v1",
  });
});

Deno.test("GET /ready answers when the database does", async () => {
  deepEqual(await (await ask("/ready")).json(), { status: "ready" });
});

Deno.test("GET /ready refuses while the server stops", async () => {
  await rejects(ask("/ready", { draining: () => true }), {
    code: "server_busy",
  });
});

Deno.test("GET /ready refuses when the database does not answer", async () => {
  await rejects(ask("/ready", { engine: fakeEngine(false) }), {
    code: "storage_failed",
  });
});

Deno.test("GET /metrics answers Prometheus text", async () => {
  const answer = await ask("/metrics");
  const text = await answer.text();

  equal(
    answer.headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  match(text, /^heliosdb_sql_statements_total 11$/m);
  match(text, /^heliosdb_sql_commits_total 12$/m);
  match(text, /^heliosdb_sql_syncs_total 14$/m);
  match(text, /^heliosdb_sql_write_queue 16$/m);
  const rss = Number(/^process_resident_memory_bytes (\d+)$/m.exec(text)?.[1]);
  ok(rss > 1e6);
});

Deno.test("GET /metrics hides itself from other machines", async () => {
  await rejects(ask("/metrics", {}, { address: "203.0.113.7" }), {
    code: "not_found",
  });
});

Deno.test("GET /metrics hides itself from those behind a proxy on this machine", async () => {
  for (const name of ["x-forwarded-for", "forwarded", "x-real-ip"]) {
    await rejects(
      ask("/metrics", {}, { headers: { [name]: "for=127.0.0.1" } }),
      { code: "not_found" },
    );
  }
});

Deno.test("GET /metrics hides itself from pages of other origins", async () => {
  const refused = [
    { origin: "https://evil.example" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const metricsFor of ["loopback", "open"] as const) {
    for (const headers of refused) {
      await rejects(ask("/metrics", { metricsFor }, { headers }), {
        code: "not_found",
      });
    }
    for (const site of ["none", "same-origin"]) {
      const headers = { "sec-fetch-site": site };
      equal((await ask("/metrics", { metricsFor }, { headers })).status, 200);
    }
  }
});

Deno.test("GET /metrics is open to all, or to nobody, when told so", async () => {
  equal(
    (await ask("/metrics", { metricsFor: "open" }, { address: "203.0.113.7" }))
      .status,
    200,
  );
  await rejects(ask("/metrics", { metricsFor: "off" }), { code: "not_found" });
});

Deno.test("engineProblem() tells the caller what it can do something about", () => {
  const codes: Record<string, string | undefined> = {
    "57014": "statement_timeout",
    "53100": "storage_failed",
    "58030": "storage_failed",
    "53300": "server_busy",
    "57P01": "server_busy",
    "40001": "server_busy",
    "23505": undefined,
    "42601": undefined,
  };
  for (const [sqlState, code] of Object.entries(codes)) {
    equal(engineProblem(new EngineError(sqlState, "x"))?.code, code, sqlState);
  }
  equal(engineProblem(new Error("x")), undefined);
});
