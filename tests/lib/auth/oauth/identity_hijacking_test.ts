import { deepEqual, equal } from "node:assert/strict";
import { authTables } from "./auth_tables.ts";
import {
  before,
  google,
  now,
  one,
  passwordUser,
  upsert,
} from "./linking_stage.ts";

Deno.test("upsertFromProfile() does not allow pre-hijacking by a password sign-up", async () => {
  await using tables = await authTables();
  const id = await passwordUser(tables, { confirmed: false });
  const bystander = await passwordUser(tables, {
    confirmed: false,
    email: "bob@example.com",
  });
  const result = await upsert(tables, google());
  deepEqual(result, {
    userId: id,
    created: false,
    linked: true,
    sessionsEnded: true,
  });

  const user = await one(tables, "SELECT * FROM _auth_users WHERE id = $1", [
    id,
  ]);
  equal(user["encrypted_password"], "");
  equal(user["email_confirmed_at"], now);
  deepEqual(JSON.parse(user["app_metadata"] as string), {
    provider: "google",
    providers: ["google"],
    plan: "gold",
  });
  const metadata = JSON.parse(user["user_metadata"] as string);
  deepEqual([metadata.theme, metadata.name], [undefined, "Ada"]);

  const sessions = await tables.sql(
    "SELECT * FROM _auth_sessions WHERE user_id = $1 ORDER BY end_reason",
    [id],
  );
  deepEqual(
    sessions.map((
      row,
    ) => [row["end_reason"], row["ended_at"], row["access_ended_at"]]),
    [["identity_linked", now, now], ["signed_out", before, now]],
  );
  const tokens = await tables.sql(
    `SELECT t.* FROM _auth_refresh_tokens t JOIN _auth_sessions s ON s.id = t.session_id
     WHERE t.user_id = $1 AND s.end_reason = 'identity_linked' AND t.revoked_at IS NULL`,
    [id],
  );
  deepEqual(tokens, []);

  const others = await tables.sql(
    "SELECT * FROM _auth_sessions WHERE user_id = $1 AND access_ended_at IS NULL",
    [bystander],
  );
  equal(others.length, 2);
});

Deno.test("upsertFromProfile() does not allow pre-hijacking by another provider's identity", async () => {
  await using tables = await authTables();
  const id = await passwordUser(tables, { confirmed: false });
  await tables.sql(
    `INSERT INTO _auth_identities (id, user_id, provider, subject, created_at, updated_at)
     VALUES ($1, $2, 'github', '666', $3, $3)`,
    [crypto.randomUUID(), id, before],
  );
  await upsert(tables, google());
  const identity = await one(tables, "SELECT * FROM _auth_identities");
  deepEqual([identity["provider"], identity["subject"]], ["google", "g-1"]);
});
