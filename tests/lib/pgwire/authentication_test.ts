import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import {
  defaultThrottleLimits,
  Throttles,
} from "../../../lib/auth/throttles.ts";
import { md5Response, md5Verifier } from "../../../lib/base/role_password.ts";
import { scramVerifier } from "../../../lib/base/scram.ts";
import type { AuthMethod } from "../../../lib/pgwire/authentication.ts";
import { EngineDouble } from "../../support/engine_double.ts";
import { manualClock } from "../../support/manual_clock.ts";
import {
  bytes,
  fields,
  frame,
  send,
  serveWire,
  startup,
  type TestWire,
  type WireClient,
} from "../../support/postgres_wire.ts";
import {
  type Cheats,
  type Outcome,
  scramSignIn,
} from "../../support/scram_client.ts";

const password = "s3cret";
const scram = await scramVerifier(password);
const verifierOf = {
  "scram-sha-256": () => scram,
  password: () => scram,
  md5: (role: string) => md5Verifier(password, role),
};

/** Roles of every kind; all passwords are the same. */
function engineFor(method: Exclude<AuthMethod, "trust">): EngineDouble {
  const verifier = verifierOf[method];
  return new EngineDouble({
    postgres: { verifier: verifier("postgres") },
    nologin: { verifier: verifier("nologin"), login: false },
    expired: { verifier: verifier("expired"), validUntil: 1 },
    passwordless: {},
  });
}

/** Signs in by whatever method the server asks for; `in`, or what the server said. */
async function signIn(
  client: WireClient,
  user: string,
  given: string,
): Promise<string> {
  await client.send(startup({ user }));
  const hello = (await client.next())!;
  if (hello.type === "E") return said(hello.body);
  const code = new DataView(hello.body.buffer, hello.body.byteOffset)
    .getInt32(0);
  if (code === 3) await client.send(frame("p", `${given}\0`));
  if (code === 5) {
    const salt = hello.body.subarray(4, 8);
    const answer = md5Response(md5Verifier(given, user), salt);
    await client.send(frame("p", `${answer}\0`));
  }
  const answer = (await client.next())!;
  if (answer.type === "E") {
    equal(await client.next(), undefined, "the server hangs up");
    return said(answer.body);
  }
  await client.until("Z");
  return "in";
}

function said(body: Uint8Array): string {
  const { S, C, M } = fields(body);
  return `${S} ${C} ${M}`;
}

async function trySignIn(
  wire: TestWire,
  method: AuthMethod,
  user: string,
  given: string,
): Promise<string> {
  using client = await wire.connect();
  if (method !== "scram-sha-256") return await signIn(client, user, given);
  return (await scramSignIn(client, { user, password: given })).end;
}

const failure = (user: string) =>
  `FATAL 28P01 password authentication failed for user "${user}"`;

for (const method of ["password", "md5", "scram-sha-256"] as const) {
  Deno.test(`authenticate() lets in by ${method} who knows the password, and nobody else`, async (t) => {
    await using wire = await serveWire({ method, engine: engineFor(method) });
    const cases: [what: string, user: string, given: string, end: string][] = [
      ["right", "postgres", password, "in"],
      ["wrong", "postgres", "wrong", failure("postgres")],
      ["empty", "postgres", "", failure("postgres")],
      ["verifier for password", "postgres", scram, failure("postgres")],
      ["unknown role", "nobody", password, failure("nobody")],
      ["__proto__", "__proto__", password, failure("__proto__")],
      ["role that may not log in", "nologin", password, failure("nologin")],
      ["expired role", "expired", password, failure("expired")],
      [
        "role without password",
        "passwordless",
        password,
        failure("passwordless"),
      ],
      [
        "role without password, empty",
        "passwordless",
        "",
        failure("passwordless"),
      ],
    ];
    for (const [what, user, given, end] of cases) {
      await t.step(what, async () => {
        equal(await trySignIn(wire, method, user, given), end);
      });
    }
    equal(wire.engine.sessions.length, 1);
  });
}

Deno.test("authenticate() trusts roles that may log in", async () => {
  const engine = new EngineDouble({ postgres: {}, locked: { login: false } });
  await using wire = await serveWire({ method: "trust", engine });

  equal(await trySignIn(wire, "trust", "postgres", ""), "in");
  equal(
    await trySignIn(wire, "trust", "locked", ""),
    'FATAL 28000 role "locked" is not permitted to log in',
  );
  equal(
    await trySignIn(wire, "trust", "nobody", ""),
    'FATAL 28000 role "nobody" does not exist',
  );
});

Deno.test("authenticate() goes on to SCRAM where only a SCRAM verifier is kept", async () => {
  const engine = engineFor("scram-sha-256");
  await using wire = await serveWire({ method: "md5", engine });
  using client = await wire.connect();

  equal(
    (await scramSignIn(client, { user: "postgres", password })).end,
    "in",
  );
});

Deno.test("authenticate() takes a clear password for an md5 verifier too", async () => {
  await using wire = await serveWire({
    method: "password",
    engine: engineFor("md5"),
  });

  equal(await trySignIn(wire, "password", "postgres", password), "in");
});

Deno.test("authenticate() does not do SCRAM with an md5 verifier", async () => {
  await using wire = await serveWire({
    method: "scram-sha-256",
    engine: engineFor("md5"),
  });

  equal(
    await trySignIn(wire, "scram-sha-256", "postgres", password),
    failure("postgres"),
  );
});

Deno.test("authenticate() gives an unknown role a salt that stays the same", async () => {
  const engine = engineFor("scram-sha-256");
  await using wire = await serveWire({ method: "scram-sha-256", engine });
  await using restarted = await serveWire({ method: "scram-sha-256", engine });
  const attempt = async (server: TestWire, user: string): Promise<Outcome> => {
    using client = await server.connect();
    return await scramSignIn(client, { user, password });
  };

  const first = await attempt(wire, "nobody");
  const again = await attempt(restarted, "nobody");
  const other = await attempt(wire, "somebody");
  const known = await attempt(wire, "postgres");

  equal(first.salt, again.salt);
  notEqual(first.salt, other.salt);
  notEqual(first.serverNonce, again.serverNonce);
  for (const outcome of [first, known]) {
    equal(outcome.iterations, 4096);
    equal(Uint8Array.fromBase64(outcome.salt).length, 16);
    equal(outcome.serverNonce.length, 24);
    deepEqual(outcome.offered, ["SCRAM-SHA-256"]);
  }
  ok(known.serverKnows);
});

const malformed = /^FATAL 08P01 malformed SCRAM message$/;
const failed = /^FATAL 28P01 password authentication failed/;
const cheating: [what: string, cheats: Cheats, end: RegExp][] = [
  ["nothing", {}, /^in$/],
  ["another name, which nobody reads", { name: "eve" }, /^in$/],
  ["an extension after the nonce", { first: (t) => `${t},x=1` }, failed],
  [
    "another mechanism",
    { mechanism: "PLAIN" },
    /^FATAL 08P01 client selected an invalid SASL/,
  ],
  [
    "no mechanism",
    { mechanism: "" },
    /^FATAL 08P01 client selected an invalid SASL/,
  ],
  [
    "channel binding that was not offered",
    { mechanism: "SCRAM-SHA-256-PLUS" },
    /^FATAL 08P01 client selected an invalid SASL/,
  ],
  ["channel binding data without its mechanism", {
    gs2: "p=tls-server-end-point,,",
  }, malformed],
  ["an unknown flag", { gs2: "x,," }, malformed],
  ["no flag", { gs2: ",," }, malformed],
  [
    "an identity of somebody else",
    { gs2: "n,a=eve," },
    /^FATAL 0A000 client uses authorization identity/,
  ],
  [
    "a mandatory extension",
    { first: (t) => t.replace("n,,", "n,,m=x,") },
    /^FATAL 0A000 client requires an unsupported/,
  ],
  ["no name", { first: (t) => t.replace("n=,", "") }, malformed],
  ["no nonce", { first: (t) => t.replace(/,r=.*/, "") }, malformed],
  ["an empty nonce", { nonce: "" }, malformed],
  ["a nonce with a control character", { nonce: "a\u0007b" }, malformed],
  ["a nonce that is not ASCII", { nonce: "é" }, malformed],
  ["an empty message", { first: () => "" }, malformed],
  [
    "a length beyond the message",
    { initialLength: 9999 },
    /^FATAL 08P01 insufficient data/,
  ],
  [
    "a negative length",
    { initialLength: -2 },
    /^FATAL 08P01 insufficient data/,
  ],
  [
    "a short length",
    { initialLength: 3 },
    /^FATAL 08P01 invalid message format/,
  ],
  [
    "another binding flag at the end",
    { binding: () => "eSws" },
    /^FATAL 08P01 unexpected SCRAM channel-binding/,
  ],
  [
    "an empty binding",
    { binding: () => "" },
    /^FATAL 08P01 unexpected SCRAM channel-binding/,
  ],
  [
    "a binding that is not base64",
    { binding: () => "!!!!" },
    /^FATAL 08P01 unexpected SCRAM channel-binding/,
  ],
  [
    "the client's nonce alone",
    { finalNonce: (n) => n.slice(0, 24) },
    malformed,
  ],
  ["a changed nonce", { finalNonce: (n) => `${n.slice(0, -1)}~` }, malformed],
  ["a longer nonce", { finalNonce: (n) => `${n}x` }, malformed],
  ["an empty nonce at the end", { finalNonce: () => "" }, malformed],
  [
    "a changed proof",
    { proof: (p) => p.map((b, i) => i === 31 ? b ^ 1 : b) },
    failed,
  ],
  ["a proof of zeros", { proof: () => new Uint8Array(32) }, failed],
  ["a short proof", { proof: (p) => p.slice(0, 31) }, malformed],
  ["a long proof", { proof: (p) => bytes(p, new Uint8Array(1)) }, malformed],
  ["no proof", { final: (t) => t.replace(/,p=.*/, "") }, malformed],
  ["two proofs", { final: (t) => `${t},p=AAAA` }, malformed],
  ["something after the proof", { final: (t) => `${t},x=1` }, malformed],
  ["the fields in another order", {
    final: (t) => t.replace(/^(c=[^,]*),(r=[^,]*)/, "$2,$1"),
  }, malformed],
  [
    "an unsigned extension",
    { final: (t) => t.replace(",p=", ",x=1,p=") },
    failed,
  ],
  ["an empty final message", { final: () => "" }, malformed],
  ["NUL", { final: (t) => `\0${t}` }, /^FATAL 22021/],
  ["the first message twice", { final: () => "n,,n=,r=abc" }, malformed],
  [
    "a query",
    { insteadOfFinal: send.query("select 1") },
    /^FATAL 08P01 expected password response/,
  ],
  [
    "Terminate",
    { insteadOfFinal: send.terminate },
    /^FATAL 08P01 expected password response/,
  ],
];

for (const [what, cheats, end] of cheating) {
  Deno.test(`authenticate() sees through a SCRAM client that sends ${what}`, async () => {
    await using wire = await serveWire({
      method: "scram-sha-256",
      engine: engineFor("scram-sha-256"),
    });
    using client = await wire.connect();

    match(
      (await scramSignIn(client, { user: "postgres", password }, cheats)).end,
      end,
    );
    equal(wire.engine.sessions.length, end.test("in") ? 1 : 0);
  });
}

Deno.test("authenticate() lets a SCRAM client wait for the server's first word", async () => {
  await using wire = await serveWire({
    method: "scram-sha-256",
    engine: engineFor("scram-sha-256"),
  });
  using client = await wire.connect();
  await client.send(startup({ user: "postgres" }));
  await client.next();
  await client.send(frame("p", "SCRAM-SHA-256\0", -1));
  const empty = (await client.next())!;
  deepEqual([...empty.body], [0, 0, 0, 11]);
  await client.send(frame("p", "n,,n=,r=abc"));
  const first = (await client.next())!;

  match(new TextDecoder().decode(first.body.subarray(4)), /^r=abc/);
});

Deno.test("authenticate() refuses after too many failures, for a while, whoever is meant", async () => {
  const clock = manualClock();
  const limits = { ...defaultThrottleLimits, failuresPerAccount: 3 };
  await using wire = await serveWire({
    method: "scram-sha-256",
    engine: engineFor("scram-sha-256"),
    throttles: new Throttles(limits, clock),
  });
  const attempt = (user: string, given: string) =>
    trySignIn(wire, "scram-sha-256", user, given);
  for (const user of ["postgres", "nobody"]) {
    for (let i = 0; i < 3; i++) {
      equal(await attempt(user, "wrong"), failure(user));
    }
    match(
      await attempt(user, password),
      /^FATAL 28000 too many failed sign-ins, try again in \d+ seconds$/,
    );
  }

  clock.advance(10 * 60_000);
  equal(await attempt("postgres", password), "in");
});

Deno.test("authenticate() does not count those who know the password", async () => {
  const limits = { ...defaultThrottleLimits, failuresPerAccount: 2 };
  await using wire = await serveWire({
    method: "md5",
    engine: engineFor("md5"),
    throttles: new Throttles(limits, manualClock()),
  });
  for (let i = 0; i < 5; i++) {
    equal(await trySignIn(wire, "md5", "postgres", password), "in");
  }
});

Deno.test("authenticate() counts guesses that arrive together", async () => {
  const limits = { ...defaultThrottleLimits, failuresPerAccount: 3 };
  await using wire = await serveWire({
    method: "password",
    engine: engineFor("password"),
    throttles: new Throttles(limits, manualClock()),
  });
  const ends = await Promise.all(
    Array.from(
      { length: 12 },
      () => trySignIn(wire, "password", "postgres", "wrong"),
    ),
  );

  equal(ends.filter((end) => end === failure("postgres")).length, 3);
});
