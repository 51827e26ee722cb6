/** Supabase's own client, unmodified, against the real program. */
// deno-lint-ignore-file camelcase -- the client's options have its names
import { equal, match, notEqual, ok } from "node:assert/strict";
import { GoTrueClient } from "@supabase/auth-js";
import { startProgram } from "../support/program.ts";

function client(base: string): GoTrueClient {
  return new GoTrueClient({
    url: `${base}/auth/v1`,
    autoRefreshToken: false,
    persistSession: false,
  });
}

Deno.test("auth-js signs up, in and out, refreshes, reads and changes the user", async () => {
  await using program = await startProgram();
  const auth = client(program.base);

  const up = await auth.signUp({
    email: "alice@example.com",
    password: "hunter2!",
    options: { data: { name: "Alice" } },
  });
  equal(up.error, null);
  equal(up.data.user?.user_metadata["name"], "Alice");
  match(up.data.session?.access_token ?? "", /^eyJ0eXAi/);

  const user = await auth.getUser();
  equal(user.data.user?.email, "alice@example.com");
  equal(user.data.user?.identities?.[0]?.provider, "email");

  const refreshed = await auth.refreshSession();
  equal(refreshed.error, null);
  notEqual(
    refreshed.data.session?.refresh_token,
    up.data.session?.refresh_token,
  );

  const updated = await auth.updateUser({ data: { theme: "dark" } });
  equal(updated.data.user?.user_metadata["theme"], "dark");

  equal((await auth.signOut()).error, null);
  equal((await auth.getSession()).data.session, null);

  const wrong = await auth.signInWithPassword({
    email: "alice@example.com",
    password: "wrong!",
  });
  equal(wrong.error?.code, "invalid_credentials");
  equal(wrong.error?.message, "Invalid login credentials");
  const again = await auth.signInWithPassword({
    email: "alice@example.com",
    password: "hunter2!",
  });
  equal(again.error, null);
  const taken = await client(program.base).signUp({
    email: "alice@example.com",
    password: "hunter2!",
  });
  equal(taken.error?.code, "user_already_exists");
});

Deno.test("auth-js tabs that refresh the same token at once all stay signed in", async () => {
  await using program = await startProgram();
  const { data } = await client(program.base).signUp({
    email: "alice@example.com",
    password: "hunter2!",
  });
  const refresh_token = data.session!.refresh_token;
  const tabs = await Promise.all(
    Array.from(
      { length: 4 },
      () => client(program.base).refreshSession({ refresh_token }),
    ),
  );
  const tokens = new Set(tabs.map((tab) => tab.data.session?.refresh_token));
  ok(
    tabs.every((tab) => tab.error === null),
    JSON.stringify(tabs.map((tab) => tab.error)),
  );
  equal(tokens.size, 1);
});

Deno.test("auth-js is told what a dead session is", async () => {
  await using program = await startProgram();
  const auth = client(program.base);
  const dead = await auth.refreshSession({ refresh_token: "x".repeat(43) });
  equal(dead.error?.code, "invalid_refresh_token");
  equal(dead.error?.status, 401);
});
