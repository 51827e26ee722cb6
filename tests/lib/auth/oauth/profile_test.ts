import { deepEqual, equal, ok, throws } from "node:assert/strict";
import {
  githubProfile,
  googleProfile,
} from "../../../../lib/auth/oauth/profile.ts";
import { maxUserMetadataBytes } from "../../../../lib/auth/metadata.ts";
import { Problem } from "../../../../lib/base/problem.ts";

const google = "https://accounts.google.com";
const github = "https://github.com/login/oauth";
const ada = {
  sub: "1101",
  name: "Ada",
  picture: "https://pictures.example/ada.png",
  email: "ada@example.com",
  "email_verified": true,
};

function fails(e: unknown): boolean {
  return e instanceof Problem && e.code === "userinfo_fetch_failed" &&
    /did not say who signed in$/.test(e.message);
}

Deno.test("googleProfile() reads subject, address, name and picture", () => {
  deepEqual(googleProfile(ada, google), {
    provider: "google",
    subject: "1101",
    email: "ada@example.com",
    emailVerified: true,
    name: "Ada",
    avatarUrl: "https://pictures.example/ada.png",
    claims: {
      iss: google,
      sub: "1101",
      "provider_id": "1101",
      email: "ada@example.com",
      "email_verified": true,
      "phone_verified": false,
      name: "Ada",
      "full_name": "Ada",
      "avatar_url": "https://pictures.example/ada.png",
      picture: "https://pictures.example/ada.png",
    },
  });
});

Deno.test('googleProfile() takes an address as verified for true and "true" only', async (t) => {
  for (
    const [said, verified] of [
      [true, true],
      ["true", true],
      [false, false],
      ["false", false],
      ["TRUE", false],
      ["yes", false],
      [1, false],
      [null, false],
      [undefined, false],
      [{}, false],
      [["true"], false],
    ] as const
  ) {
    await t.step(JSON.stringify(said) ?? "absent", () => {
      const profile = googleProfile({ ...ada, "email_verified": said }, google);
      equal(profile.emailVerified, verified);
    });
  }
});

Deno.test("googleProfile() verifies nothing when there is no address", () => {
  const { email: _, ...rest } = ada;
  const profile = googleProfile(rest, google);
  equal(profile.email, null);
  equal(profile.emailVerified, false);
});

Deno.test("googleProfile() refuses a profile without a usable subject", async (t) => {
  const bad = [undefined, null, "", 1101, {}, "a".repeat(256), "a\u0000b", "é"];
  for (const sub of bad) {
    await t.step(String(JSON.stringify(sub)).slice(0, 20), () => {
      throws(() => googleProfile({ ...ada, sub }, google), fails);
    });
  }
});

Deno.test("githubProfile() takes the primary verified address and no other", () => {
  const profile = githubProfile(
    { id: 7, login: "ada-l", name: null, email: "public@evil.example" },
    [
      { email: "second@example.com", primary: false, verified: true },
      { email: "ada@example.com", primary: true, verified: true },
    ],
    github,
  );
  equal(profile.subject, "7");
  equal(profile.email, "ada@example.com");
  equal(profile.emailVerified, true);
  equal(profile.name, "ada-l");
  equal(profile.claims["user_name"], "ada-l");
  equal(profile.claims["preferred_username"], "ada-l");
});

Deno.test("githubProfile() has no address when none is primary and verified", async (t) => {
  const cases: Record<string, unknown[]> = {
    "empty list": [],
    "primary unverified": [{
      email: "a@b.example",
      primary: true,
      verified: false,
    }],
    "verified not primary": [{
      email: "a@b.example",
      primary: false,
      verified: true,
    }],
    "truthy texts": [{
      email: "a@b.example",
      primary: "true",
      verified: "true",
    }],
    "nonsense": [null, 1, "a@b.example", { primary: true, verified: true }],
  };
  for (const [name, emails] of Object.entries(cases)) {
    await t.step(name, () => {
      const user = { id: 7, login: "ada", email: "public@evil.example" };
      const profile = githubProfile(user, emails, github);
      equal(profile.email, null);
      equal(profile.emailVerified, false);
      equal("email" in profile.claims, false);
    });
  }
});

Deno.test("githubProfile() refuses an id that is no positive whole number", async (t) => {
  for (const id of [undefined, null, "7", 0, -1, 1.5, 2 ** 53, NaN]) {
    await t.step(String(id), () => {
      throws(() => githubProfile({ id, login: "ada" }, [], github), fails);
    });
  }
});

Deno.test("githubProfile() refuses addresses that are no list", () => {
  throws(() => githubProfile({ id: 7 }, { message: "no" }, github), fails);
});

Deno.test("googleProfile() cuts and cleans text that a stranger chose", () => {
  const profile = googleProfile({
    ...ada,
    name: `\u0000 Ada\r\n${"😀".repeat(500)}\ud800`,
    picture: "javascript:alert(1)",
    "preferred_username": 5,
  }, google);
  ok(profile.name!.startsWith("Ada 😀"));
  equal([...profile.name!].length, 100);
  ok(profile.name!.isWellFormed());
  equal(profile.avatarUrl, null);
  equal("user_name" in profile.claims, false);
});

Deno.test("googleProfile() keeps its claims small enough for a token whatever was sent", () => {
  const profile = googleProfile({
    sub: '"'.repeat(255),
    name: "😀".repeat(5000),
    picture: `https://a.example/${"a".repeat(382)}`,
    email: `${"é".repeat(200)}@example.com`,
    "email_verified": true,
    "preferred_username": "😀".repeat(5000),
  }, google);
  const { length } = new TextEncoder().encode(JSON.stringify(profile.claims));
  ok(profile.avatarUrl !== null);
  ok(length <= maxUserMetadataBytes, `${length} bytes`);
});
