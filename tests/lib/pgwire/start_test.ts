import { equal, match } from "node:assert/strict";
import { defaultThrottleLimits } from "../../../lib/auth/throttles.ts";
import { systemClock } from "../../../lib/base/clock.ts";
import { silentLog } from "../../../lib/base/log.ts";
import { Metrics } from "../../../lib/base/metrics.ts";
import { mysqlDigests } from "../../../lib/base/mysql_password.ts";
import {
  md5Verifier,
  passwordMatches,
  verifierKind,
} from "../../../lib/base/role_password.ts";
import { scramVerifier } from "../../../lib/base/scram.ts";
import type { AuthMethod } from "../../../lib/pgwire/authentication.ts";
import { startPostgres } from "../../../lib/pgwire/start.ts";
import { EngineDouble } from "../../support/engine_double.ts";

/** Starts and stops a server; gives what the owner's verifier is then, and how often it was set. */
async function verifierAfter(
  method: AuthMethod,
  password: string | undefined,
  before: string | null,
): Promise<{ verifier: string; times: number }> {
  let verifier = before;
  let times = 0;
  class Recording extends EngineDouble {
    override async setPassword(
      role = "",
      text = "",
      kind = "scram-sha-256",
    ): Promise<void> {
      times += 1;
      verifier = kind === "md5"
        ? md5Verifier(text, role)
        : await scramVerifier(text);
    }
  }
  const server = await startPostgres({
    hostname: "127.0.0.1",
    port: 0,
    engine: new Recording({
      postgres: {
        verifier: before,
        mysqlDigests: before === null ? null : mysqlDigests("s3cret"),
      },
    }),
    method,
    password,
    throttles: defaultThrottleLimits,
    directory: undefined,
    metrics: new Metrics(),
    log: silentLog,
    clock: systemClock,
  });
  await server.shutdown(0);
  return { verifier: verifier ?? "", times };
}

Deno.test("startPostgres() keeps the owner's password in the form that the method needs", async () => {
  for (const method of ["password", "scram-sha-256"] as const) {
    const { verifier } = await verifierAfter(method, "s3cret", null);
    equal(verifierKind(verifier), "scram-sha-256");
    equal(await passwordMatches(verifier, "postgres", "s3cret"), true);
  }
  const { verifier } = await verifierAfter("md5", "s3cret", null);
  equal(verifier, md5Verifier("s3cret", "postgres"));
});

Deno.test("startPostgres() leaves a verifier alone that is right already", async () => {
  const { verifier } = await verifierAfter("scram-sha-256", "s3cret", null);
  const again = await verifierAfter("scram-sha-256", "s3cret", verifier);
  const changed = await verifierAfter("scram-sha-256", "other", verifier);
  const method = await verifierAfter("md5", "s3cret", verifier);

  equal(again.times, 0);
  equal(changed.times, 1);
  match(method.verifier, /^md5/);
  equal((await verifierAfter("trust", undefined, null)).times, 0);
});
