// deno-lint-ignore-file camelcase -- claims have their registered names
import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { jwtVerify } from "jose";
import {
  AccessTokens,
  type UserClaims,
} from "../../../lib/auth/access_tokens.ts";
import { Problem } from "../../../lib/base/problem.ts";
import { type ManualClock, manualClock } from "../../support/manual_clock.ts";

const secret = "a-secret-of-more-than-thirty-two-bytes";
const user: UserClaims = {
  sub: "0b9f7c9a-6a57-4a8e-9a44-1f1d5f3c2b11",
  email: "alice@example.com",
  role: "authenticated",
  session_id: "5f0b7c9a-6a57-4a8e-9a44-1f1d5f3c2b12",
  app_metadata: { provider: "email", providers: ["email"] },
  user_metadata: {},
  amr: [{ method: "password", timestamp: 1 }],
  is_anonymous: false,
};

function tokens(
  clock: ManualClock = manualClock(),
  more: { secret?: string; previousSecret?: string } = {},
) {
  return new AccessTokens({
    secret,
    issuer: "heliosdb-nano",
    lifetimeSeconds: 3600,
    clock,
    ...more,
  });
}

const encode = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value))
    .toString("base64url");

function forge(
  header: unknown,
  payload: unknown,
  key = secret,
  hash = "sha256",
): string {
  const body = `${encode(header)}.${encode(payload)}`;
  return `${body}.${createHmac(hash, key).update(body).digest("base64url")}`;
}

const header = { typ: "JWT", alg: "HS256" };
const seconds = () => Math.floor(manualClock().now() / 1000);
const sound = () => ({
  sub: user.sub,
  role: "authenticated",
  aud: "authenticated",
  exp: seconds() + 60,
});

async function refuses(token: string, t = tokens()) {
  await rejects(
    t.verify(token),
    (e) =>
      e instanceof Problem && e.code === "invalid_token" &&
      e.message === "Token is invalid or has expired",
  );
}

Deno.test("sign() writes the header in the tutorial's order and every documented claim", async () => {
  const { token, expiresAt } = await tokens().sign(user);
  match(token, /^eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9\./);
  const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
    currentDate: new Date(manualClock().now()),
  });
  match(String(payload.jti), /^[0-9a-f-]{36}$/);
  deepEqual({ ...payload, jti: "" }, {
    ...user,
    aud: "authenticated",
    iat: seconds(),
    exp: seconds() + 3600,
    jti: "",
    iss: "heliosdb-nano",
    phone: "",
    aal: "aal1",
  });
  equal(expiresAt, seconds() + 3600);
});

Deno.test("sign() makes two different tokens within one second", async () => {
  const t = tokens();
  notEqual((await t.sign(user)).token, (await t.sign(user)).token);
});

Deno.test("verify() takes what sign() made, the second time from memory", async () => {
  const t = tokens();
  const { token } = await t.sign(user);
  equal((await t.verify(token)).sub, user.sub);
  equal((await t.verify(token)).sub, user.sub);
});

Deno.test("verify() refuses at exp, also a token it remembers", async () => {
  const clock = manualClock();
  const t = tokens(clock);
  const { token } = await t.sign(user);
  clock.advance(3599_000);
  await t.verify(token);
  clock.advance(1000);
  await refuses(token, t);
  await refuses(token, tokens(clock));
});

Deno.test("verify() takes the previous key's tokens during a rotation, and no older", async () => {
  const { token } = await tokens().sign(user);
  const next = "the-next-secret-of-thirty-two-bytes-and-more";
  equal(
    (await tokens(manualClock(), { secret: next, previousSecret: secret })
      .verify(token)).sub,
    user.sub,
  );
  await refuses(token, tokens(manualClock(), { secret: next }));
});

Deno.test("verify() takes a token without the optional claims", async () => {
  equal(
    (await tokens().verify(forge(header, { exp: seconds() + 60 }))).sub,
    undefined,
  );
});

const forged: Record<string, () => string> = {
  "alg none": () =>
    `${encode({ alg: "none" })}.${encode(sound())}.${"A".repeat(43)}`,
  "alg none without signature": () =>
    `${encode({ alg: "none" })}.${encode(sound())}.`,
  "alg HS512": () => forge({ alg: "HS512" }, sound(), secret, "sha512"),
  "alg RS256": () => forge({ alg: "RS256" }, sound()),
  "alg in another case": () => forge({ alg: "hs256" }, sound()),
  "no alg": () => forge({ typ: "JWT" }, sound()),
  "another key": () => forge(header, sound(), "x".repeat(40)),
  "the empty key": () => forge(header, sound(), ""),
  "crit": () => forge({ ...header, crit: ["exp"], exp: 1 }, sound()),
  "b64 false": () => forge({ ...header, crit: ["b64"], b64: false }, sound()),
  "b64 without crit": () => forge({ ...header, b64: false }, sound()),
  "zip": () => forge({ ...header, zip: "DEF" }, sound()),
  "another typ": () => forge({ ...header, typ: "at+jwt" }, sound()),
  "no exp": () => forge(header, { ...sound(), exp: undefined }),
  "exp as text": () => forge(header, { ...sound(), exp: "99999999999" }),
  "exp beyond all numbers": () => forge(header, `{"exp":1e400}`),
  "exp with a fraction": () =>
    forge(header, { ...sound(), exp: seconds() + 60.5 }),
  "exp past": () => forge(header, { ...sound(), exp: seconds() - 1 }),
  "exp now": () => forge(header, { ...sound(), exp: seconds() }),
  "nbf ahead": () => forge(header, { ...sound(), nbf: seconds() + 90 }),
  "iat ahead": () => forge(header, { ...sound(), iat: seconds() + 90 }),
  "iat as text": () => forge(header, { ...sound(), iat: "1" }),
  "another aud": () => forge(header, { ...sound(), aud: "other" }),
  "aud list": () => forge(header, { ...sound(), aud: ["authenticated"] }),
  "another iss": () =>
    forge(header, { ...sound(), iss: "https://evil.example" }),
  "unknown role": () => forge(header, { ...sound(), role: "postgres" }),
  "role as list": () => forge(header, { ...sound(), role: ["authenticated"] }),
  "sub that is no UUID": () =>
    forge(header, { ...sound(), sub: "1' or '1'='1" }),
  "sub as number": () => forge(header, { ...sound(), sub: 1 }),
  "session_id that is no UUID": () =>
    forge(header, { ...sound(), session_id: "x" }),
  "payload that is a list": () => forge(header, []),
  "payload that is null": () => forge(header, "null"),
  "payload that is no JSON": () => forge(header, "{"),
  "header that is no JSON": () => forge("{", sound()),
  "two parts": () => forge(header, sound()).split(".").slice(0, 2).join("."),
  "four parts": () => `${forge(header, sound())}.x`,
  "five parts (JWE)": () => "a.b.c.d.e",
  "a space": () => `${forge(header, sound())} `,
  "padding": () => `${forge(header, sound())}=`,
  "a cut signature": () => forge(header, sound()).slice(0, -1),
  "a longer signature": () => `${forge(header, sound())}A`,
  "nothing": () => "",
  "too much": () => forge(header, { ...sound(), x: "x".repeat(20_000) }),
};
for (const [name, make] of Object.entries(forged)) {
  Deno.test(`verify() refuses a token with ${name}`, () => refuses(make()));
}

Deno.test("verify() refuses every other spelling of a good signature", async () => {
  const token = forge(header, sound());
  const alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const last of alphabet) {
    const other = token.slice(0, -1) + last;
    if (other !== token) await refuses(other);
  }
});

Deno.test("verify() refuses a good token with any one character changed, and never fails otherwise", async () => {
  const t = tokens();
  const { token } = await t.sign(user);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(token.length - 1),
      fc.string({ minLength: 1, maxLength: 3 }),
      async (at, text) => {
        const other = token.slice(0, at) + text + token.slice(at + 1);
        if (other !== token) await refuses(other, t);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("verify() refuses any text with one answer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary", maxLength: 300 }),
      (text) => refuses(text),
    ),
    {
      numRuns: 300,
    },
  );
});
