/** The program as an operator meets it: start, stop, logs, data directory. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { runProgram, startProgram } from "../support/program.ts";

const alice = { email: "alice@example.com", password: "hunter2!" };

function post(
  base: string,
  path: string,
  body: unknown,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${base}/auth/v1/${path}`, {
    ...init,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function withFolder(
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("start keeps users and sessions in a data directory, private to its owner", () =>
  withFolder(async (folder) => {
    const data = `${folder}/data`;
    const env = { JWT_SECRET: "a-secret-of-the-tests-0123456789abcdef" };
    let session: Record<string, string>;
    {
      await using program = await startProgram({
        args: ["--data-dir", data],
        env,
      });
      session = await (await post(program.base, "signup", alice)).json();
      equal((await Deno.stat(data)).mode! & 0o777, 0o700);
      for await (const { name } of Deno.readDir(data)) {
        equal((await Deno.stat(`${data}/${name}`)).mode! & 0o077, 0, name);
      }
    }
    await using program = await startProgram({
      args: ["--data-dir", data],
      env,
    });
    const user = await fetch(`${program.base}/auth/v1/user`, {
      headers: { authorization: `Bearer ${session["access_token"]}` },
    });
    equal(user.status, 200);
    equal((await user.json()).email, alice.email);
    const refreshed = await post(program.base, "refresh", {
      refresh_token: session["refresh_token"],
    });
    equal(refreshed.status, 200);
    await refreshed.body?.cancel();
  }));

Deno.test("start refuses a data directory that another process uses, and names it", () =>
  withFolder(async (folder) => {
    await using first = await startProgram({ args: ["--data-dir", folder] });
    const second = await runProgram([
      "start",
      "--http-port",
      "auto",
      "--data-dir",
      folder,
    ]);
    equal(second.code, 1);
    match(second.stderr, /another heliosdb-nano/);
    match(second.stderr, new RegExp(String(first.pid)));
    equal((await fetch(`${first.base}/ready`)).status, 200);
  }));

Deno.test("init makes a data directory that start takes", () =>
  withFolder(async (folder) => {
    const made = await runProgram(["init", `${folder}/new`]);
    equal(made.code, 0, made.stderr);
    await using program = await startProgram({
      args: ["--data-dir", `${folder}/new`],
    });
    const answer = await post(program.base, "signup", alice);
    equal(answer.status, 200);
    await answer.body?.cancel();
  }));

Deno.test("start --memory leaves nothing behind, also after kill -9", () =>
  withFolder(async (folder) => {
    const places = async () => {
      const names: string[] = [];
      for (const place of [folder, "/dev/shm"]) {
        // Deno lets no program list /dev/shm unless it may do everything.
        const { stdout } = await new Deno.Command("ls", { args: [place] })
          .output();
        for (const name of new TextDecoder().decode(stdout).split("\n")) {
          if (name.startsWith("heliosdb-")) names.push(`${place}/${name}`);
        }
      }
      return names;
    };
    const before = await places();
    await using program = await startProgram({ env: { TMPDIR: folder } });
    await (await post(program.base, "signup", alice)).body?.cancel();
    program.kill("SIGKILL");
    await program.ended;
    deepEqual((await places()).filter((name) => !before.includes(name)), []);
  }));

Deno.test("SIGTERM finishes what was accepted and exits with 0", () =>
  withFolder(async (folder) => {
    await using program = await startProgram({
      args: ["--data-dir", folder, "--argon2-passes", "12"],
    });
    // Enough password hashes to be busy when the signal comes.
    const answers = Array.from(
      { length: 8 },
      (_, i) =>
        post(program.base, "signup", {
          email: `user${i}@example.com`,
          password: "hunter2!",
        }),
    );
    await Promise.race(answers);
    program.kill("SIGTERM");
    const statuses = await Promise.all(
      answers.map(async (answer) => {
        const { status, body } = await answer;
        await body?.cancel();
        return status;
      }),
    );
    deepEqual(statuses, new Array(8).fill(200));
    deepEqual(await program.ended, { success: true, code: 0, signal: null });
    match(program.output(), /server\.stopped/);
  }));

Deno.test("logs and banner hold no password, token, secret or e-mail address", async () => {
  const secret = "a-jwt-secret-that-nobody-may-ever-read";
  await using program = await startProgram({
    args: [
      "--memory",
      "--log-level",
      "debug",
      "--auth",
      "scram-sha-256",
      "--password",
      "s3cret-wire",
    ],
    env: { JWT_SECRET: secret },
  });
  const session = await (await post(program.base, "signup", alice)).json();
  for (const password of ["hunter2!", "wrong-password"]) {
    await (await post(program.base, "token", { ...alice, password })).body
      ?.cancel();
  }
  for (const token of [session.access_token, "forged.token.value"]) {
    await (await fetch(`${program.base}/auth/v1/user?apikey=${token}`, {
      headers: { authorization: `Bearer ${token}` },
    })).body?.cancel();
  }
  await (await post(program.base, "refresh", {
    refresh_token: session.refresh_token,
  })).body?.cancel();
  const said = program.output();
  ok(said.includes("/auth/v1/token"), "the log tells of requests");
  for (
    const word of [
      "alice",
      "hunter2",
      "wrong-password",
      secret,
      "s3cret-wire",
      "forged.token",
      session.access_token,
      session.refresh_token,
    ]
  ) {
    ok(!said.includes(word), `the log holds ${word.slice(0, 12)}`);
  }
});

const refusals: [string, string[], Record<string, string>, RegExp][] = [
  ["no place for data", ["start"], {}, /--data-dir.*--memory/],
  [
    "trust off loopback",
    ["start", "--memory", "--listen", "0.0.0.0"],
    { JWT_SECRET: "a-secret-of-the-tests-0123456789abcdef" },
    /--auth trust/,
  ],
  [
    "the dev secret off loopback",
    [
      "start",
      "--memory",
      "--listen",
      "0.0.0.0",
      "--auth",
      "scram-sha-256",
      "--password",
      "s3cret",
    ],
    {},
    /JWT_SECRET/,
  ],
  [
    "the dev secret set by hand off loopback",
    [
      "start",
      "--memory",
      "--listen",
      "0.0.0.0",
      "--auth",
      "scram-sha-256",
      "--password",
      "s3cret",
    ],
    { JWT_SECRET: "heliosdb-jwt-secret-change-in-production" },
    /JWT_SECRET/,
  ],
  [
    "a short secret",
    ["start", "--memory"],
    { JWT_SECRET: "short" },
    /JWT_SECRET.*32/,
  ],
  [
    "a secret of blanks",
    ["start", "--memory"],
    { JWT_SECRET: " ".repeat(36) },
    /^Cannot use \$JWT_SECRET: it has fewer than 10 different characters/,
  ],
  [
    "a password that is missing",
    ["start", "--memory", "--auth", "md5"],
    {},
    /password/,
  ],
  ["an unknown flag", ["start", "--memory", "--colour"], {}, /--colour/],
  ["an unknown command", ["serve"], {}, /start/],
  ["nothing", [], {}, /start/],
];
for (const [name, args, env, message] of refusals) {
  Deno.test(`the program refuses ${name} with one sentence and exit code 2`, async () => {
    const { code, stdout, stderr } = await runProgram(args, env);
    equal(code, 2, stderr);
    match(stderr, message);
    equal(stdout, "");
    equal(stderr.trim().split("\n").length, 1, stderr);
  });
}

Deno.test("start says in one sentence why a data directory cannot be used", async (t) => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const places: [path: string, says: string][] = [
      [`${folder}/file`, "it is a file, choose another --data-dir"],
      [
        `${folder}/file/sub`,
        "a part of the path is a file, choose another --data-dir",
      ],
      [
        "/proc/self",
        "this program is not allowed to use that place, choose another --data-dir",
      ],
    ];
    for (const [path, says] of places) {
      await t.step(path.replace(folder, ""), async () => {
        const { code, stdout, stderr } = await runProgram([
          "start",
          "--data-dir",
          path,
        ]);
        equal(stderr, `Cannot open data directory "${path}": ${says}\n`);
        equal(stdout, "");
        equal(code, 1);
      });
    }
    await t.step("damaged, yet closed in order", async () => {
      const path = `${folder}/data`;
      equal((await runProgram(["init", path])).code, 0);
      const file = await Deno.open(`${path}/heliosdb.db`, { write: true });
      await file.seek(4096, Deno.SeekMode.Start);
      await file.write(new Uint8Array(8192).fill(0xaa));
      file.close();
      const { code, stderr } = await runProgram(["start", "-d", path]);
      equal(
        stderr,
        `Cannot open data directory "${path}": its file is damaged, restore it from a backup\n`,
      );
      equal(code, 1);
    });
  });
});
