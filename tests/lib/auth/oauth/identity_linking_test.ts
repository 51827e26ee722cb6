import { deepEqual, equal, rejects } from "node:assert/strict";
import { upsertFromProfile } from "../../../../lib/auth/oauth/identity_linking.ts";
import type { ProviderProfile } from "../../../../lib/auth/oauth/profile.ts";
import { authTables } from "./auth_tables.ts";
import {
  before,
  count,
  github,
  google,
  now,
  one,
  passwordUser,
  upsert,
} from "./linking_stage.ts";

Deno.test("upsertFromProfile() makes a confirmed user without a password", async () => {
  await using tables = await authTables();
  const result = await upsert(tables, google({ email: "Ada@Example.com" }));
  const { userId } = result;
  deepEqual(result, {
    userId,
    created: true,
    linked: false,
    sessionsEnded: false,
  });
  const user = await one(tables, "SELECT * FROM _auth_users");
  equal(user["id"], userId);
  equal(user["email"], "ada@example.com");
  equal(user["encrypted_password"], "");
  equal(user["role"], "authenticated");
  equal(user["email_confirmed_at"], now);
  deepEqual(JSON.parse(user["app_metadata"] as string), {
    provider: "google",
    providers: ["google"],
  });
  const metadata = JSON.parse(user["user_metadata"] as string);
  equal(metadata.full_name, "Ada");
  equal(metadata.email_verified, true);
  equal(metadata.provider_id, "g-1");
  const identity = await one(tables, "SELECT * FROM _auth_identities");
  deepEqual([identity["user_id"], identity["provider"], identity["subject"]], [
    userId,
    "google",
    "g-1",
  ]);
});

Deno.test("upsertFromProfile() knows an identity again by provider and subject, not by address", async () => {
  await using tables = await authTables();
  const { userId } = await upsert(tables, google());
  const again = await upsert(
    tables,
    google({ email: "new@example.com", verified: false }),
  );
  deepEqual(again, {
    userId,
    created: false,
    linked: false,
    sessionsEnded: false,
  });
  const user = await one(tables, "SELECT * FROM _auth_users");
  equal(user["email"], "ada@example.com");
  const identity = await one(tables, "SELECT * FROM _auth_identities");
  equal(identity["email"], "new@example.com");
  equal(
    JSON.parse(identity["identity_data"] as string).email,
    "new@example.com",
  );
  equal(identity["last_sign_in_at"], now);
});

Deno.test("upsertFromProfile() does not take the subject of one provider for another's", async () => {
  await using tables = await authTables();
  const first = await upsert(tables, google({ sub: "7" }));
  const other = await upsert(
    tables,
    github({ id: 7, email: "eve@example.com" }),
  );
  equal(other.created, true);
  equal(other.userId === first.userId, false);
});

Deno.test("upsertFromProfile() never creates or links by an address that is not verified", async (t) => {
  const profiles: Record<string, ProviderProfile> = {
    "google says unverified": google({ verified: false }),
    "github has no verified primary": github({ verified: false }),
    "verified but no address": google({ email: "not an address" }),
    "verified but empty": google({ email: "" }),
  };
  for (const [name, profile] of Object.entries(profiles)) {
    await t.step(name, async () => {
      await using tables = await authTables();
      await passwordUser(tables, { confirmed: false });
      const users = await tables.sql("SELECT * FROM _auth_users");
      await rejects(upsert(tables, profile), {
        code: "provider_email_needs_verification",
      });
      deepEqual(await tables.sql("SELECT * FROM _auth_users"), users);
      equal(await count(tables, "_auth_identities"), 1);
    });
  }
});

Deno.test("upsertFromProfile() links to a confirmed account and leaves it as it is", async () => {
  await using tables = await authTables();
  const id = await passwordUser(tables, { confirmed: true });
  const result = await upsert(tables, google({ email: "ADA@example.com" }));
  deepEqual(result, {
    userId: id,
    created: false,
    linked: true,
    sessionsEnded: false,
  });
  const user = await one(tables, "SELECT * FROM _auth_users");
  equal(user["encrypted_password"], "$argon2id$stranger");
  equal(user["email_confirmed_at"], before);
  deepEqual(JSON.parse(user["app_metadata"] as string), {
    provider: "email",
    providers: ["email", "google"],
    plan: "gold",
  });
  const metadata = JSON.parse(user["user_metadata"] as string);
  deepEqual([metadata.theme, metadata.name], ["dark", "Ada"]);
  equal(await count(tables, "_auth_identities"), 2);
  const open = await tables.sql(
    "SELECT * FROM _auth_sessions WHERE ended_at IS NULL",
  );
  equal(open.length, 1);
});

Deno.test("upsertFromProfile() links a second provider to the same person", async () => {
  await using tables = await authTables();
  const first = await upsert(tables, google());
  const second = await upsert(tables, github());
  deepEqual(second, {
    userId: first.userId,
    created: false,
    linked: true,
    sessionsEnded: false,
  });
  const user = await one(tables, "SELECT * FROM _auth_users");
  deepEqual(JSON.parse(user["app_metadata"] as string), {
    provider: "google",
    providers: ["google", "github"],
  });
});

Deno.test("upsertFromProfile() leaves a ban as it is", async () => {
  await using tables = await authTables();
  const id = await passwordUser(tables, { confirmed: false });
  const until = "2999-01-01T00:00:00.000Z";
  await tables.sql("UPDATE _auth_users SET banned_until = $1", [until]);
  equal((await upsert(tables, google())).userId, id);
  const user = await one(tables, "SELECT * FROM _auth_users");
  equal(user["banned_until"], until);
});

Deno.test("upsertFromProfile() links even when the claims do not fit beside a user's own metadata", async () => {
  await using tables = await authTables();
  await passwordUser(tables, { confirmed: true });
  const own = { note: "x".repeat(4000) };
  await tables.sql("UPDATE _auth_users SET user_metadata = $1", [
    JSON.stringify(own),
  ]);
  equal((await upsert(tables, google())).linked, true);
  const user = await one(tables, "SELECT * FROM _auth_users");
  deepEqual(JSON.parse(user["user_metadata"] as string), own);
});

Deno.test("upsertFromProfile() makes one user of many first sign-ins at the same time", async () => {
  await using tables = await authTables();
  const results = await Promise.all(
    Array.from(
      { length: 10 },
      (_, i) => upsert(tables, i % 2 === 0 ? google() : github()),
    ),
  );
  equal(new Set(results.map(({ userId }) => userId)).size, 1);
  equal(results.filter(({ created }) => created).length, 1);
  equal(results.filter(({ linked }) => linked).length, 1);
  equal(await count(tables, "_auth_users"), 1);
  equal(await count(tables, "_auth_identities"), 2);
});

Deno.test("upsertFromProfile() looks again when somebody else made the identity in between", async () => {
  await using tables = await authTables();
  const other = await upsert(tables, google({ email: "old@example.com" }));
  // As another connection would look: the first look misses what is there.
  let looks = 0;
  const result = await tables.session.transaction((tx) =>
    upsertFromProfile(
      {
        query: async (sql, params) => {
          const first = /^SELECT user_id/.test(sql) && looks++ === 0;
          const values = first ? ["google", "nobody"] : params;
          return await tx.query(sql, values);
        },
      },
      google(),
      { now },
    )
  );
  equal(looks, 2);
  equal(result.userId, other.userId);
  equal(await count(tables, "_auth_users"), 1);
});

Deno.test("upsertFromProfile() undoes everything when the transaction fails later", async () => {
  await using tables = await authTables();
  await passwordUser(tables, { confirmed: false });
  await rejects(
    tables.session.transaction(async (tx) => {
      await upsertFromProfile(tx, google(), { now });
      throw new Error("later");
    }),
    { message: "later" },
  );
  const user = await one(tables, "SELECT * FROM _auth_users");
  equal(user["encrypted_password"], "$argon2id$stranger");
  equal(await count(tables, "_auth_identities"), 1);
});
