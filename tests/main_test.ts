import { equal, match, ok } from "node:assert/strict";
import deno from "../deno.json" with { type: "json" };
import { AccessTokens } from "../lib/auth/access_tokens.ts";
import { systemClock } from "../lib/base/clock.ts";
import { runProgram, startProgram } from "./support/program.ts";
import { RawClient } from "./support/raw_http.ts";

/** A command line that ends by itself, and what it says. */
interface Case {
  args: string[];
  env?: Record<string, string>;
  code: number;
  stdout?: RegExp;
  stderr?: RegExp;
}

const nothing = /^$/;
const cases: Case[] = [
  {
    args: ["--version"],
    code: 0,
    stdout: new RegExp(`^heliosdb-nano ${deno.version}\\n$`),
  },
  { args: ["--help"], code: 0, stdout: /heliosdb-nano start \[flags\]/ },
  {
    args: ["start", "--help"],
    code: 0,
    stdout: /-d, --data-dir DIR .*\n.*-m, --memory/,
  },
  {
    args: ["keys", "--help"],
    code: 0,
    stdout: /heliosdb-nano keys \[--expires/,
  },
  {
    args: ["doctor", "--help"],
    code: 0,
    stdout: /heliosdb-nano doctor --data/,
  },
  {
    args: ["keys"],
    code: 0,
    stdout: /^anon, .*\neyJ.*\n\nservice_role, .*\neyJ/,
    stderr: /WARNING: the keys are signed with the development secret/,
  },
  {
    args: ["keys", "--listen", "::"],
    code: 2,
    stderr: /well-known JWT secret/,
  },
  { args: ["doctor"], code: 2, stderr: /give --data-dir DIR/ },
  {
    args: ["doctor", "-d", "no-such-directory"],
    code: 3,
    stderr: /^Cannot examine "no-such-directory": there is no database in it/,
  },
  { args: ["init", "--help"], code: 0, stdout: /heliosdb-nano init \[DIR\]/ },
  {
    args: [],
    code: 2,
    stderr: /^Cannot run without a command: use start, init, keys or doctor/,
  },
  {
    args: ["serve"],
    code: 2,
    stderr: /^Cannot run this command: it is unknown/,
  },
  { args: ["init", "a", "b"], code: 2, stderr: /init takes one directory/ },
  { args: ["init", "--force"], code: 2, stderr: /init takes one directory/ },
  { args: ["start"], code: 2, stderr: /--data-dir DIR .*--memory/ },
  {
    args: ["start", "-m", "--bogus"],
    code: 2,
    stderr: /unknown flag "--bogus"/,
  },
  {
    args: ["start", "-m", "--redirect-allow", "nonsense"],
    code: 2,
    stderr: /^Cannot/,
  },
  {
    args: [
      "start",
      "-m",
      "--listen",
      "192.0.2.1",
      "--auth",
      "md5",
      "--password",
      "x",
    ],
    env: { JWT_SECRET: "a-secret-of-the-tests-0123456789abcdef" },
    code: 1,
    stderr:
      /^Cannot listen on 192\.0\.2\.1:8080: this machine does not have the address/m,
  },
];

for (
  const { args, env = {}, code, stdout = nothing, stderr = nothing } of cases
) {
  Deno.test(`main() ends with ${code} when called with ${JSON.stringify(args.join(" "))}`, async () => {
    const ran = await runProgram(args, env);

    equal(ran.code, code, ran.stderr);
    match(ran.stdout, stdout);
    match(ran.stderr, stderr);
    ok(!/^\s+at /m.test(ran.stderr), "no stack trace");
  });
}

Deno.test("start says where it is reached, where the data is and what is on", async () => {
  await using program = await startProgram({
    args: ["-m", "--auth", "scram", "--password", "hunter2!"],
  });
  const banner = program.output();

  match(banner, new RegExp(`^heliosdb-nano ${deno.version}\n`));
  match(banner, new RegExp(`HTTP +${program.base}\n`));
  match(banner, /\/auth\/v1 +sign-up, sign-in, refresh; OAuth not configured/);
  match(
    banner,
    /PostgreSQL +postgresql:\/\/postgres@127\.0\.0\.1:\d+\/postgres, scram-sha-256\n/,
  );
  match(
    banner,
    /MySQL +mysql:\/\/root@127\.0\.0\.1:\d+\/postgres, password\n/,
  );
  match(banner, /Data +in memory/);
  match(banner, /WARNING: .*JWT_SECRET/);
  ok(!banner.includes("hunter2"));
});

Deno.test("start refuses a port that somebody else uses", async () => {
  await using first = await startProgram();

  const second = await runProgram([
    "start",
    "-m",
    "--http-port",
    String(first.port),
  ]);

  equal(second.code, 1);
  match(
    second.stderr,
    new RegExp(
      `^Cannot listen on 127\\.0\\.0\\.1:${first.port}: address already in use, set --http-port$`,
      "m",
    ),
  );
});

Deno.test("start --no-auth-api answers that auth is off", async () => {
  await using program = await startProgram({ args: ["-m", "--no-auth-api"] });

  const answer = await fetch(`${program.base}/auth/v1/user`);

  equal(answer.status, 503);
  equal((await answer.json()).error, "auth_not_enabled");
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`start ends with 0 at ${signal}`, async () => {
    const program = await startProgram();

    program.kill(signal);

    equal((await program.ended).code, 0);
    match(program.output(), /server\.stopping signal=.*\n.*server\.stopped/);
  });
}

Deno.test("start ends at once at a second signal", async () => {
  const program = await startProgram();
  // A request that is under way for as long as its body is not complete.
  using client = await RawClient.connect(program.port);
  await client.send(
    "POST /auth/v1/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
      "Content-Length: 30\r\nExpect: 100-continue\r\n\r\n",
  );
  await client.until((text) => text.includes("100 Continue"));

  program.kill("SIGTERM");
  while (!program.output().includes("server.stopping")) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  program.kill("SIGTERM");

  equal((await program.ended).code, 130);
});

Deno.test("keys prints keys that a server with the same secret takes", async () => {
  const env = { JWT_SECRET: "a-secret-of-the-tests-0123456789abcdef" };
  const { stdout, code } = await runProgram(["keys", "--json"], env);
  equal(code, 0);

  const keys = JSON.parse(stdout);

  const tokens = new AccessTokens({
    secret: env.JWT_SECRET,
    issuer: "heliosdb-nano",
    lifetimeSeconds: 3600,
    clock: systemClock,
  });
  equal((await tokens.verify(keys.anon)).role, "anon");
  equal((await tokens.verify(keys.service_role)).role, "service_role");
});

Deno.test("doctor says what is open, and that a server holds the directory", async () => {
  const path = await Deno.makeTempDir();
  try {
    const env = { JWT_SECRET: "a-secret-of-the-tests-0123456789abcdef" };
    {
      await using _server = await startProgram({ args: ["-d", path], env });
      const ran = await runProgram(["doctor", "-d", path], env);
      equal(ran.code, 3);
      match(ran.stderr, /is using it, .*; or ask the server itself: its log/);
    }
    const clean = await runProgram(["doctor", "-d", path], env);
    equal(clean.code, 0, clean.stderr);
    equal(clean.stdout, "Nothing to report.\n");
    const known = await runProgram(["doctor", "-d", path, "--json"]);
    equal(known.code, 1, known.stderr);
    equal(JSON.parse(known.stdout).findings[0].code, "secret_known");
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
