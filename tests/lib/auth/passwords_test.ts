import { equal, match, notEqual, rejects, throws } from "node:assert/strict";
import { hash } from "@node-rs/argon2";
import { HashQueue } from "../../../lib/auth/hash_queue.ts";
import {
  type Argon2Cost,
  argon2Limits,
  Passwords,
} from "../../../lib/auth/passwords.ts";
import { Problem } from "../../../lib/base/problem.ts";

const cheap: Argon2Cost = { memoryKib: 64, passes: 1, lanes: 1 };
const admit = () => {};

function passwords(cost = cheap) {
  return new Passwords({
    cost,
    minLength: 6,
    queue: new HashQueue({ permits: 2, capacity: 100 }),
  });
}

Deno.test("create() makes an Argon2id PHC string with the costs asked for and a new salt each time", async () => {
  const p = passwords({ memoryKib: 128, passes: 3, lanes: 2 });
  const [one, other] = [await p.create("hunter2!"), await p.create("hunter2!")];
  match(
    one,
    /^\$argon2id\$v=19\$m=128,t=3,p=2\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
  );
  notEqual(one, other);
});

Deno.test("check() knows the right password from a wrong one", async () => {
  const p = passwords();
  const stored = await p.create("hunter2!");
  equal((await p.check("hunter2!", stored, admit)).right, true);
  for (
    const wrong of [
      "hunter2",
      "hunter2!!",
      "Hunter2!",
      "hunter2! ",
      " hunter2!",
      "",
    ]
  ) {
    equal(
      (await p.check(wrong, stored, admit)).right,
      false,
      JSON.stringify(wrong),
    );
  }
});

Deno.test("check() does not cut passwords", async () => {
  const p = passwords();
  const long = "x".repeat(200);
  const stored = await p.create(long + "a");
  equal((await p.check(long + "b", stored, admit)).right, false);
  equal((await p.check(long + "a", stored, admit)).right, true);
});

Deno.test("check() takes every Unicode spelling of the same password", async () => {
  const p = passwords();
  const stored = await p.create("pa\u0308sswo\ufb01");
  equal((await p.check("p\u00e4sswofi", stored, admit)).right, true);
});

Deno.test("check() is never right without a usable stored string, and asks for admission all the same", async () => {
  const p = passwords();
  const hostile = [
    undefined,
    "",
    "x",
    "$argon2id$v=19$m=1048577,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$IshA739kqXJ/iYatiHnEFs7MgU6Dlad6Dh4UDDBFGII",
    "$argon2id$v=19$m=64,t=21,p=1$c29tZXNhbHRzb21lc2FsdA$IshA739kqXJ/iYatiHnEFs7MgU6Dlad6Dh4UDDBFGII",
    "$argon2id$v=19$m=64,t=1,p=17$c29tZXNhbHRzb21lc2FsdA$IshA739kqXJ/iYatiHnEFs7MgU6Dlad6Dh4UDDBFGII",
    "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$IshA739kqXJ/iYatiHnEFs7MgU6Dlad6Dh4UDDBFGII",
    "$2b$10$abcdefghijklmnopqrstuuu",
  ];
  for (const stored of hostile) {
    let admitted = 0;
    equal(
      (await p.check("hunter2!", stored, () => admitted++)).right,
      false,
      stored,
    );
    equal(admitted, 1, stored);
  }
});

Deno.test("check() tells when a stored string was made with other costs", async () => {
  const stored = await passwords().create("hunter2!");
  equal((await passwords().check("hunter2!", stored, admit)).outdated, false);
  equal(
    (await passwords({ ...cheap, passes: 2 }).check("hunter2!", stored, admit))
      .outdated,
    true,
  );
});

Deno.test("check() reads what another Argon2 implementation's defaults wrote", async () => {
  const stored = await hash("hunter2!", {
    memoryCost: 64,
    timeCost: 1,
    parallelism: 2,
  });
  equal((await passwords().check("hunter2!", stored, admit)).right, true);
});

Deno.test("check() takes what was made with the greatest costs allowed", async () => {
  const p = passwords({
    memoryKib: 256,
    passes: argon2Limits.passes,
    lanes: argon2Limits.lanes,
  });
  equal(
    (await p.check("hunter2!", await p.create("hunter2!"), admit)).right,
    true,
  );
});

const refused: [string, string, RegExp][] = [
  ["short", "12345", /at least 6 characters/],
  ["short once normalised", "ab\u0063e\u0301f", /at least 6 characters/],
  ["with NUL", "hunter2!\0more", /without NUL/],
  ["with half a character", "hunter2!\ud800", /without NUL/],
  ["too long", "x".repeat(1025), /at most 1024 bytes/],
  ["too long in bytes", "\u00e4".repeat(600), /at most 1024 bytes/],
];
for (const [name, password, message] of refused) {
  Deno.test(`refuseWeak() refuses a password that is ${name}`, () => {
    throws(
      () => passwords().refuseWeak(password),
      (e) => e instanceof Problem && message.test(e.message),
    );
  });
}

Deno.test("refuseWeak() counts characters, not bytes or code units", () => {
  passwords().refuseWeak("😀😀😀😀😀😀");
  throws(() => passwords().refuseWeak("😀😀😀"), Problem);
});

Deno.test("check() refuses a password too long before it hashes", async () => {
  await rejects(
    passwords().check("x".repeat(5000), undefined, () => {
      throw new Error("hashed");
    }),
    (e) => e instanceof Problem && e.code === "validation_failed",
  );
});
