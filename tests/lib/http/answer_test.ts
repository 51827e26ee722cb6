import { deepEqual, equal, match, throws } from "node:assert/strict";
import { Problem, type ProblemCode } from "../../../lib/base/problem.ts";
import {
  json,
  noContent,
  problemAnswer,
  TextAnswer,
} from "../../../lib/http/answer.ts";
import { answerBytes } from "../../../lib/http/answer_bytes.ts";

function callOf(headers: Record<string, string> = {}) {
  return { request: new Request("http://localhost", { headers }) };
}

async function sent(
  answer: Response,
  frame: Partial<Parameters<typeof answerBytes>[1]> = {},
): Promise<string> {
  return new TextDecoder().decode(
    await answerBytes(answer, { common: "", close: false, ...frame }),
  );
}

Deno.test("problemAnswer() carries the names that each kind of client looks for", async () => {
  const answer = problemAnswer(
    new Problem("invalid_credentials", "Invalid login credentials"),
    callOf(),
  );

  equal(answer.status, 401);
  equal(answer.headers.get("content-type"), "application/json");
  deepEqual(await answer.json(), {
    error: "invalid_credentials",
    message: "Invalid login credentials",
    code: "invalid_credentials",
    "error_code": "invalid_credentials",
    msg: "Invalid login credentials",
    "error_description": "Invalid login credentials",
  });
});

const statuses: [ProblemCode, number][] = [
  ["bad_json", 400],
  ["not_found", 404],
  ["user_already_exists", 409],
  ["payload_too_large", 413],
  ["over_request_rate_limit", 429],
  ["oauth_not_configured", 503],
  ["oauth_provider_timeout", 504],
  ["internal_error", 500],
];

for (const [code, status] of statuses) {
  Deno.test(`problemAnswer() answers ${code} with ${status}`, () => {
    equal(problemAnswer(new Problem(code, "x"), callOf()).status, status);
  });
}

Deno.test("problemAnswer() challenges for a bearer token (RFC 6750)", () => {
  const problem = new Problem("invalid_token", 'Bad "token"\r\n: é');
  const challenge = (headers?: Record<string, string>) =>
    problemAnswer(problem, callOf(headers)).headers.get("www-authenticate");

  equal(challenge(), 'Bearer realm="heliosdb"');
  equal(
    challenge({ authorization: "Bearer x" }),
    `Bearer realm="heliosdb", error="invalid_token", error_description="Bad 'token''': '"`,
  );
});

Deno.test("problemAnswer() writes whole seconds into Retry-After", () => {
  const answer = problemAnswer(
    new Problem("over_request_rate_limit", "x", { retryAfter: 1.2 }),
    callOf(),
  );

  equal(answer.headers.get("retry-after"), "2");
});

Deno.test("problemAnswer() lists the methods that are allowed", () => {
  const answer = problemAnswer(
    new Problem("method_not_allowed", "x", { allow: ["GET", "HEAD"] }),
    callOf(),
  );

  equal(answer.headers.get("allow"), "GET, HEAD");
});

Deno.test("problemAnswer() echoes the API version only to clients that know it", () => {
  const echo = (version: string) =>
    problemAnswer(
      new Problem("not_found", "x"),
      callOf({ "x-supabase-api-version": version }),
    )
      .headers.get("x-supabase-api-version");

  equal(echo("2024-01-01"), "2024-01-01");
  equal(echo("2030-12-31"), "2024-01-01");
  equal(echo("2023-12-31"), null);
  equal(echo("tomorrow"), null);
});

Deno.test("TextAnswer is to everybody else what any other answer is", async () => {
  const answer = () =>
    new TextAnswer('{"a":1}', 201, { "content-type": "application/json" });

  equal(answer().status, 201);
  equal(answer().ok, true);
  equal(answer().headers.get("content-type"), "application/json");
  equal(await answer().text(), '{"a":1}');
  deepEqual(await answer().json(), { a: 1 });
  equal((await answer().bytes()).length, 7);
  equal((await answer().arrayBuffer()).byteLength, 7);
  equal((await answer().blob()).size, 7);
  equal(await answer().clone().text(), '{"a":1}');
  equal(await new Response(answer().body).text(), '{"a":1}');
  const used = answer();
  equal(used.bodyUsed, false);
  await used.text();
  equal(used.bodyUsed, true);
  equal(new TextAnswer("", 204, {}).body, null);
  equal(answer().fields?.["content-type"], "application/json");
});

Deno.test("answerBytes() counts bytes, not characters", async () => {
  const text = await sent(json({ name: "Zürich €" }));

  match(text, /\r\ncontent-length: 22\r\n/);
  match(text, /\r\n\r\n\{"name":"Zürich €"\}$/);
});

Deno.test("answerBytes() sends the length but not the body to HEAD", async () => {
  const text = await sent(json({ status: "ok" }), { headOnly: true });

  match(text, /\r\ncontent-length: 15\r\n\r\n$/);
});

Deno.test("answerBytes() sends no length with 204", async () => {
  equal(
    await sent(noContent({ allow: "GET" })),
    "HTTP/1.1 204 No Content\r\nallow: GET\r\n\r\n",
  );
});

Deno.test("answerBytes() sends what a handler added to the headers later", async () => {
  const answer = json({});
  answer.headers.append("set-cookie", "a=1");
  answer.headers.append("set-cookie", "b=2");

  match(await sent(answer), /set-cookie: a=1\r\nset-cookie: b=2\r\n/);
});

Deno.test("answerBytes() lets a field of the answer replace a common one", async () => {
  const common =
    "cache-control: no-store\r\npragma: no-cache\r\nx-request-id: 1\r\n";

  equal(
    await sent(
      new Response(null, { headers: { "cache-control": "max-age=60" } }),
      { common },
    ),
    "HTTP/1.1 200 OK\r\ncache-control: max-age=60\r\nx-request-id: 1\r\ncontent-length: 0\r\n\r\n",
  );
});

Deno.test("answerBytes() does not allow response splitting through a header value", async () => {
  // The platform cuts line ends off the end of a value instead of refusing it.
  const text = await sent(json({}, { headers: { "x-name": "a\r\n" } }));

  match(text, /\r\nx-name: a\?\?\r\ncontent-length/);
  throws(
    () => json({}, { headers: { "x-name": "a\r\nx-other: b" } }),
    TypeError,
  );
});

Deno.test("answerBytes() keeps the head in ASCII", async () => {
  const text = await sent(json({}, { headers: { "x-name": "Z\xfcrich" } }));

  match(text, /\r\nx-name: Z\?rich\r\n/);
});
