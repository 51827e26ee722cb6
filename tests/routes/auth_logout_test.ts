/** Logout: by refresh token, by bearer and scope. */
import { deepEqual, equal } from "node:assert/strict";
import { authApp } from "../support/auth_app.ts";

Deno.test("POST /auth/v1/logout ends the family by any of its tokens; the access token lives on", async () => {
  await using app = await authApp();
  const first = await app.signUp();
  const { json: second } = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: first.refresh_token },
  });
  const out = await app.send("POST /auth/v1/logout", {
    body: { refresh_token: first.refresh_token },
  });
  equal(out.status, 204);
  equal(
    (await app.send("POST /auth/v1/refresh", {
      body: { refresh_token: second.refresh_token },
    })).status,
    401,
  );
  equal(
    (await app.send("GET /auth/v1/user", { token: second.access_token }))
      .status,
    200,
  );
  equal(
    (await app.send("POST /auth/v1/logout", {
      body: { refresh_token: first.refresh_token },
    })).status,
    204,
  );
});

for (
  const [scope, left] of [["global", []], ["local", [1, 2]], ["others", [0]], [
    undefined,
    [],
  ]] as const
) {
  Deno.test(`POST /auth/v1/logout with scope ${scope} leaves sessions ${JSON.stringify(left)}`, async () => {
    await using app = await authApp();
    const sessions = [await app.signUp()];
    for (let i = 0; i < 2; i++) {
      sessions.push(
        (await app.send("POST /auth/v1/token", {
          body: { email: "alice@example.com", password: "hunter2!" },
        })).json,
      );
    }
    const stranger = await app.signUp("bob@example.com");
    const query = scope === undefined ? "" : `?scope=${scope}`;
    equal(
      (await app.send(`POST /auth/v1/logout${query}`, {
        token: sessions[0].access_token,
      })).status,
      204,
    );
    const alive: number[] = [];
    for (const [i, { refresh_token }] of sessions.entries()) {
      if (
        (await app.send("POST /auth/v1/refresh", { body: { refresh_token } }))
          .status === 200
      ) alive.push(i);
    }
    deepEqual(alive, left);
    const other = await app.send("POST /auth/v1/refresh", {
      body: { refresh_token: stranger.refresh_token },
    });
    equal(other.status, 200);
  });
}
