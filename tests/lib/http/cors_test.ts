import { equal, match, ok, throws } from "node:assert/strict";
import { createCors, preflightAnswer } from "../../../lib/http/cors.ts";

Deno.test("createCors() lets any origin call by default, without credentials", () => {
  const lines = createCors(["*"]).lines("https://evil.example");

  match(lines, /^access-control-allow-origin: \*\r\n/);
  ok(!lines.includes("credentials"));
});

Deno.test("createCors() answers a listed origin with itself", () => {
  const cors = createCors([
    "https://app.example.com",
    "http://localhost:3000",
    "capacitor://localhost",
  ]);

  for (
    const origin of [
      "https://app.example.com",
      "http://localhost:3000",
      "capacitor://localhost",
    ]
  ) {
    const lines = cors.lines(origin);
    ok(lines.includes(`access-control-allow-origin: ${origin}\r\n`), origin);
    ok(lines.includes("vary: origin\r\n"));
    ok(!lines.includes("credentials"));
  }
});

Deno.test("createCors() does not allow origins that only resemble a listed one", () => {
  const cors = createCors(["https://app.example.com"]);

  for (
    const origin of [
      "https://app.example.com.evil.example",
      "https://evil-app.example.com",
      "http://app.example.com",
      "https://app.example.com:8443",
      "https://APP.example.com",
      "null",
      "",
      null,
    ]
  ) equal(cors.lines(origin), "vary: origin\r\n", String(origin));
});

Deno.test("createCors() refuses what is no origin", () => {
  for (
    const origin of [
      "app.example.com",
      "https://app.example.com/",
      "https://a b",
      "null",
      "https://u@a",
      "https://ä.example",
    ]
  ) {
    throws(() => createCors([origin]), TypeError, origin);
  }
});

Deno.test("preflightAnswer() allows the headers that Supabase's clients send", () => {
  const answer = preflightAnswer(
    new Request("http://localhost", {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example.com",
        "access-control-request-method": "POST",
      },
    }),
  );

  equal(answer?.status, 204);
  const allowed =
    answer?.headers.get("access-control-allow-headers")?.split(", ") ?? [];
  for (
    const name of [
      "authorization",
      "apikey",
      "content-type",
      "x-client-info",
      "x-supabase-api-version",
      "prefer",
      "range",
      "accept-profile",
      "content-profile",
      "x-retry-count",
    ]
  ) ok(allowed.includes(name), name);
});

Deno.test("preflightAnswer() leaves an ordinary OPTIONS to its route", () => {
  equal(
    preflightAnswer(new Request("http://localhost", { method: "OPTIONS" })),
    undefined,
  );
  equal(
    preflightAnswer(
      new Request("http://localhost", {
        headers: { "access-control-request-method": "POST" },
      }),
    ),
    undefined,
  );
});
