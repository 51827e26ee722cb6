import { deepEqual, equal } from "node:assert/strict";
import { purge } from "../../../lib/auth/maintenance.ts";
import { authApp } from "../../support/auth_app.ts";

const day = 86_400_000;

Deno.test("purge() removes expired tokens, ended and abandoned sessions, and old audit rows, and nothing else", async () => {
  await using app = await authApp();
  await app.signUp("gone@example.com");
  const out = await app.signUp("out@example.com");
  await app.send("POST /auth/v1/logout", {
    body: { refresh_token: out.refresh_token },
  });
  app.clock.advance(8 * day);
  const { refresh_token } = await app.signUp("here@example.com");
  await purge(app.auth.context);
  equal((await app.sql("SELECT id FROM _auth_users")).length, 3);
  equal((await app.sql("SELECT id FROM _auth_sessions")).length, 1);
  equal(
    (await app.sql("SELECT token_hash FROM _auth_refresh_tokens")).length,
    1,
  );
  equal((await app.sql("SELECT at FROM _auth_audit_log")).length, 4);
  equal(
    (await app.send("POST /auth/v1/refresh", { body: { refresh_token } }))
      .status,
    200,
  );

  app.clock.advance(83 * day);
  await purge(app.auth.context);
  deepEqual(
    (await app.sql("SELECT action FROM _auth_audit_log")).map((row) =>
      row["action"]
    ).sort(),
    ["refresh", "sign_up"],
  );
});

Deno.test("purge() removes more than one chunk", async () => {
  await using app = await authApp();
  for (let i = 0; i < 1200; i++) {
    await app.sql(
      "INSERT INTO _auth_audit_log (at, id, action) VALUES ('2020-01-01T00:00:00.000Z', $1, 'sign_in')",
      [crypto.randomUUID()],
    );
  }
  equal(await purge(app.auth.context), 1200);
});

Deno.test("purge() keeps no more audit rows than it may, the youngest", async () => {
  await using app = await authApp();
  for (let i = 0; i < 10; i++) {
    await app.sql(
      "INSERT INTO _auth_audit_log (at, id, action) VALUES ($1, $2, 'sign_in')",
      [new Date(app.clock.now() + i).toISOString(), crypto.randomUUID()],
    );
  }
  equal(await purge(app.auth.context, { auditRows: 4 }), 6);
  const [row] = await app.sql("SELECT min(at) AS at FROM _auth_audit_log");
  equal(row!["at"], new Date(app.clock.now() + 6).toISOString());
});
