/** HTTP cases of the auth routes: request, status, code, what the text must and must not hold. */
import { equal, match, ok } from "node:assert/strict";
import {
  type AuthApp,
  authApp,
  type TestRequest,
} from "../support/auth_app.ts";

interface Case {
  name: string;
  line: string;
  request?: TestRequest | ((app: AuthApp) => Promise<TestRequest>);
  status: number;
  code?: string;
  message?: RegExp;
  headers?: Record<string, RegExp>;
}

const alice = { email: "alice@example.com", password: "hunter2!" };
const signedIn = async (app: AuthApp) => ({
  token: (await app.signUp("bob@example.com")).access_token,
});

const cases: Case[] = [
  {
    name: "signs up",
    line: "POST /auth/v1/signup",
    request: { body: { ...alice, email: "c@example.com" } },
    status: 200,
  },
  {
    name: "ignores fields it does not know",
    line: "POST /auth/v1/signup?redirect_to=x",
    request: {
      body: {
        ...alice,
        email: "d@example.com",
        role: "service_role",
        gotrue_meta_security: {},
        code_challenge: null,
      },
    },
    status: 200,
  },
  {
    name: "refuses a taken address",
    line: "POST /auth/v1/signup",
    request: { body: alice },
    status: 409,
    code: "user_already_exists",
  },
  {
    name: "refuses a taken address in another spelling",
    line: "POST /auth/v1/signup",
    request: { body: { ...alice, email: "ALICE@Example.com" } },
    status: 409,
    code: "user_already_exists",
  },
  {
    name: "refuses what is no address",
    line: "POST /auth/v1/signup",
    request: { body: { ...alice, email: "alice" } },
    status: 400,
    code: "validation_failed",
    message: /^Invalid email format$/,
  },
  {
    name: "refuses a weak password",
    line: "POST /auth/v1/signup",
    request: { body: { email: "e@example.com", password: "12345" } },
    status: 400,
    code: "weak_password",
    message: /at least 6 characters/,
  },
  {
    name: "refuses a missing password",
    line: "POST /auth/v1/signup",
    request: { body: { email: "e@example.com" } },
    status: 400,
    code: "validation_failed",
    message: /password/,
  },
  {
    name: "refuses an operator object",
    line: "POST /auth/v1/signup",
    request: { body: { email: { $ne: null }, password: "hunter2!" } },
    status: 400,
    code: "validation_failed",
    message: /email/,
  },
  {
    name: "refuses a list as data",
    line: "POST /auth/v1/signup",
    request: { body: { ...alice, data: [] } },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses much data",
    line: "POST /auth/v1/signup",
    request: {
      body: {
        email: "e@example.com",
        password: "hunter2!",
        data: { x: "y".repeat(5000) },
      },
    },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses a list",
    line: "POST /auth/v1/signup",
    request: { body: [] },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses null",
    line: "POST /auth/v1/signup",
    request: { text: "null" },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses broken JSON",
    line: "POST /auth/v1/signup",
    request: { text: "{" },
    status: 400,
    code: "bad_json",
  },
  {
    name: "refuses an empty body",
    line: "POST /auth/v1/signup",
    request: { text: "" },
    status: 400,
    code: "bad_json",
  },
  {
    name: "refuses a form",
    line: "POST /auth/v1/signup",
    request: {
      text: "email=a",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    name: "refuses GET",
    line: "GET /auth/v1/signup",
    status: 405,
    code: "method_not_allowed",
    headers: { allow: /POST/ },
  },

  {
    name: "signs in",
    line: "POST /auth/v1/token",
    request: { body: alice },
    status: 200,
  },
  {
    name: "signs in as Supabase's client asks",
    line: "POST /auth/v1/token?grant_type=password",
    request: { body: { ...alice, gotrue_meta_security: {} } },
    status: 200,
  },
  {
    name: "signs in with another spelling of the address",
    line: "POST /auth/v1/token",
    request: { body: { ...alice, email: "Alice@EXAMPLE.com" } },
    status: 200,
  },
  {
    name: "refuses a wrong password",
    line: "POST /auth/v1/token",
    request: { body: { ...alice, password: "hunter3!" } },
    status: 401,
    code: "invalid_credentials",
    message: /^Invalid login credentials$/,
  },
  {
    name: "refuses an unknown address",
    line: "POST /auth/v1/token",
    request: { body: { ...alice, email: "nobody@example.com" } },
    status: 401,
    code: "invalid_credentials",
    message: /^Invalid login credentials$/,
  },
  {
    name: "refuses what is no address as unknown",
    line: "POST /auth/v1/token",
    request: { body: { ...alice, email: "nobody" } },
    status: 401,
    code: "invalid_credentials",
  },
  {
    name: "refuses a password with a space",
    line: "POST /auth/v1/token",
    request: { body: { ...alice, password: "hunter2! " } },
    status: 401,
    code: "invalid_credentials",
  },
  {
    name: "refuses a number as password",
    line: "POST /auth/v1/token",
    request: { body: { ...alice, password: 1 } },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses a huge password",
    line: "POST /auth/v1/token",
    request: { body: { ...alice, password: "x".repeat(100_000) } },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses another grant",
    line: "POST /auth/v1/token?grant_type=pkce",
    request: { body: alice },
    status: 400,
    code: "unsupported_grant_type",
  },
  {
    name: "refuses credentials in the URL",
    line: "POST /auth/v1/token?email=alice@example.com&password=hunter2!",
    request: { body: {} },
    status: 400,
    code: "validation_failed",
  },

  {
    name: "refuses an unknown refresh token",
    line: "POST /auth/v1/refresh",
    request: { body: { refresh_token: "x".repeat(43) } },
    status: 401,
    code: "invalid_refresh_token",
  },
  {
    name: "refuses text that is no refresh token",
    line: "POST /auth/v1/refresh",
    request: { body: { refresh_token: "' OR 1=1 --" } },
    status: 401,
    code: "invalid_refresh_token",
  },
  {
    name: "refuses a missing refresh token",
    line: "POST /auth/v1/refresh",
    request: { body: {} },
    status: 400,
    code: "validation_failed",
    message: /refresh_token/,
  },
  {
    name: "refuses an unknown refresh token of a grant",
    line: "POST /auth/v1/token?grant_type=refresh_token",
    request: { body: { refresh_token: "x".repeat(43) } },
    status: 401,
    code: "invalid_refresh_token",
  },

  {
    name: "signs out with an unknown token",
    line: "POST /auth/v1/logout",
    request: { body: { refresh_token: "nothing" } },
    status: 204,
  },
  {
    name: "signs out by bearer without a body",
    line: "POST /auth/v1/logout?scope=local",
    request: signedIn,
    status: 204,
  },
  {
    name: "refuses to sign out nobody",
    line: "POST /auth/v1/logout",
    request: { body: {} },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses an unknown scope",
    line: "POST /auth/v1/logout?scope=everyone",
    request: { body: { refresh_token: "x" } },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses a number as refresh token",
    line: "POST /auth/v1/logout",
    request: { body: { refresh_token: 1 } },
    status: 400,
    code: "validation_failed",
  },
  {
    name: "refuses to sign out by a bad bearer",
    line: "POST /auth/v1/logout",
    request: { token: "x" },
    status: 401,
    code: "invalid_token",
  },

  {
    name: "tells who it is",
    line: "GET /auth/v1/user",
    request: signedIn,
    status: 200,
  },
  {
    name: "takes the scheme in any case",
    line: "GET /auth/v1/user",
    request: async (app) => ({
      headers: {
        authorization: `bEARER ${
          (await app.signUp("bo@example.com")).access_token
        }`,
      },
    }),
    status: 200,
  },
  {
    name: "refuses a missing token",
    line: "GET /auth/v1/user",
    status: 401,
    code: "invalid_token",
    headers: { "www-authenticate": /^Bearer/ },
  },
  {
    name: "refuses a bad token",
    line: "GET /auth/v1/user",
    request: { token: "a.b.c" },
    status: 401,
    code: "invalid_token",
    headers: { "www-authenticate": /error="invalid_token"/ },
  },
  {
    name: "refuses basic credentials",
    line: "GET /auth/v1/user",
    request: { headers: { authorization: "Basic YTpi" } },
    status: 401,
    code: "invalid_token",
  },
  {
    name: "refuses a token in the URL",
    line: "GET /auth/v1/user?access_token=x",
    status: 401,
    code: "invalid_token",
  },
  {
    name: "refuses to change without a token",
    line: "PUT /auth/v1/user",
    request: { body: {} },
    status: 401,
    code: "invalid_token",
  },
  {
    name: "refuses to change without a token before it reads the body",
    line: "PUT /auth/v1/user",
    request: { text: "{" },
    status: 401,
    code: "invalid_token",
  },

  {
    name: "refuses to begin with no provider",
    line: "GET /auth/v1/authorize",
    status: 400,
    code: "validation_failed",
    message: /provider/,
  },
  {
    name: "refuses to begin with an unknown provider",
    line: "GET /auth/v1/authorize?provider=myspace",
    status: 400,
    code: "oauth_provider_not_supported",
  },
  {
    name: "says that a provider is not configured",
    line: "GET /auth/v1/authorize?provider=google",
    status: 503,
    code: "oauth_not_configured",
  },
  {
    name: "refuses a callback out of the blue",
    line: "GET /auth/v1/callback?code=x&state=y",
    status: 401,
    code: "invalid_state",
  },
  {
    name: "refuses a callback with nothing",
    line: "GET /auth/v1/callback",
    status: 401,
    code: "invalid_state",
  },
  {
    name: "refuses a callback that tells an error first",
    line: "GET /auth/v1/callback?error=access_denied",
    status: 401,
    code: "invalid_state",
  },
  {
    name: "knows no other route",
    line: "GET /auth/v1/users",
    status: 404,
    code: "not_found",
  },
  {
    name: "knows no route with a slash more",
    line: "GET /auth/v1/user/",
    status: 404,
    code: "not_found",
  },
];

for (const { name, line, request, status, code, message, headers } of cases) {
  Deno.test(`${line.split("?")[0]} ${name}`, async () => {
    await using app = await authApp();
    await app.signUp();
    const answer = await app.send(
      line,
      typeof request === "function" ? await request(app) : request,
    );
    equal(answer.status, status, answer.text);
    if (status === 204) equal(answer.text, "");
    if (code !== undefined) {
      const { error, message: text, ...rest } = answer.json;
      equal(error, code);
      ok(text.length > 10 && !/SQLITE|stack|at file/.test(text), text);
      equal(
        JSON.stringify(rest),
        JSON.stringify({
          code,
          error_code: code,
          msg: text,
          error_description: text,
        }),
      );
    }
    if (message !== undefined) match(answer.json.message, message);
    for (const [header, pattern] of Object.entries(headers ?? {})) {
      match(answer.headers.get(header) ?? "", pattern);
    }
    ok(
      !answer.text.includes("hunter2") && !answer.text.includes("argon2"),
      "a secret in the answer",
    );
  });
}
