import { deepEqual, equal, match, notDeepEqual, ok } from "node:assert/strict";
import {
  defaultThrottleLimits,
  Throttles,
} from "../../../lib/auth/throttles.ts";
import { systemClock } from "../../../lib/base/clock.ts";
import { scramVerifier } from "../../../lib/base/scram.ts";
import { newScramble } from "../../../lib/mysqlwire/authentication.ts";
import { command } from "../../../lib/mysqlwire/protocol.ts";
import {
  errorOf,
  number,
  packet,
  password,
  serveMysqlWire,
  type SignInOptions,
  type TestMysql,
  usual,
} from "../../support/mysql_wire.ts";
import { testCert, testKey } from "../../support/test_certificate.ts";

const tls = { cert: testCert, key: testKey };

const unlimited = new Throttles({
  ...defaultThrottleLimits,
  failuresPerAccount: 1_000_000,
  failuresPerAddress: 1_000_000,
}, systemClock);

async function attempt(wire: TestMysql, options: SignInOptions) {
  using client = await wire.connect();
  const outcome = await client.signIn(options);
  return { outcome, switches: client.switches, wasFull: client.wasFull };
}

const denied = (user: string, using: "YES" | "NO") =>
  `1045 #28000Access denied for user '${user}'@'127.0.0.1' (using password: ${using})`;

const native = "mysql_native_password";
const sha2 = "caching_sha2_password";

Deno.test("serveMysql() lets in with the right password alone, by either plugin, plain and over TLS", async (t) => {
  await using wire = await serveMysqlWire({ tls, throttles: unlimited });
  await wire.engine.setPassword("anon", "x").catch(() => {});
  for (const secure of [false, true]) {
    for (const plugin of [native, sha2]) {
      await t.step(`${plugin}, ${secure ? "TLS" : "plain"}`, async () => {
        const cases: [string, string, string, string][] = [
          ["right", "root", password, "ok"],
          ["right, by the role's own name", "postgres", password, "ok"],
          ["wrong", "root", "wrong", denied("root", "YES")],
          ["nearly right", "root", `${password} `, denied("root", "YES")],
          ["empty", "root", "", denied("root", "NO")],
          ["unknown user", "nobody", password, denied("nobody", "YES")],
          ["unknown user, empty", "nobody", "", denied("nobody", "NO")],
          ["no name", "", password, denied("", "YES")],
          ["may not log in", "anon", "x", denied("anon", "YES")],
        ];
        for (const [what, user, given, expected] of cases) {
          const { outcome } = await attempt(wire, {
            user,
            password: given,
            plugin,
            tls: secure,
          });
          equal(outcome, expected, what);
        }
      });
    }
  }
});

Deno.test("serveMysql() asks for the password itself after a wrong proof, whoever it is", async () => {
  await using wire = await serveMysqlWire({ tls, throttles: unlimited });
  for (const secure of [false, true]) {
    const flows = [];
    for (const user of ["root", "nobody", "anon"]) {
      const { switches, wasFull } = await attempt(wire, {
        user,
        password: "wrong",
        plugin: sha2,
        tls: secure,
      });
      flows.push({ switches, wasFull });
    }
    deepEqual(flows, flows.map(() => ({ switches: [], wasFull: true })));
  }
});

Deno.test("serveMysql() checks the password itself for a role of which only a verifier is kept", async () => {
  await using wire = await serveMysqlWire({ tls, throttles: unlimited });
  await wire.engine.setPassword("postgres", await scramVerifier("given"));
  for (const secure of [false, true]) {
    const right = { password: "given", plugin: sha2, tls: secure };
    deepEqual(await attempt(wire, right), {
      outcome: "ok",
      switches: [],
      wasFull: true,
    });
    equal(
      (await attempt(wire, { ...right, password: "other" })).outcome,
      denied("root", "YES"),
    );
    // No digest of it could be made.
    equal(
      (await attempt(wire, { ...right, plugin: native })).outcome,
      denied("root", "YES"),
    );
  }
});

Deno.test("serveMysql() never takes a password in the clear without TLS", async () => {
  await using wire = await serveMysqlWire({ throttles: unlimited });
  await wire.engine.setPassword("postgres", await scramVerifier("given"));

  equal(
    (await attempt(wire, { password: "given", plugin: sha2, careless: true }))
      .outcome,
    denied("root", "YES"),
  );
});

Deno.test("serveMysql() switches to a plugin of its own, in both directions", async () => {
  for (const [offered, other] of [[native, sha2], [sha2, native]] as const) {
    await using wire = await serveMysqlWire({
      plugin: offered,
      throttles: unlimited,
    });
    const cases: [SignInOptions, string[]][] = [
      [{ plugin: "mysql_clear_password" }, [offered]],
      [{ plugin: "dialog" }, [offered]],
      // Expects another plugin than the one that was offered, so it has not looked at the scramble.
      [{ plugin: other, waits: true }, [other]],
      [{ plugin: other }, []],
    ];
    for (const [options, switches] of cases) {
      deepEqual(await attempt(wire, options), {
        outcome: "ok",
        switches,
        wasFull: false,
      });
      equal(
        (await attempt(wire, { ...options, password: "wrong" })).outcome,
        denied("root", "YES"),
      );
    }
  }
});

Deno.test("serveMysql() lets everybody in with trust who has a role", async () => {
  await using wire = await serveMysqlWire({ trust: true });
  for (const plugin of [native, sha2, "mysql_clear_password"]) {
    for (const given of ["", "anything"]) {
      equal((await attempt(wire, { plugin, password: given })).outcome, "ok");
    }
  }
  match((await attempt(wire, { user: "nobody" })).outcome, /^1045 /);
  match((await attempt(wire, { user: "anon" })).outcome, /^1045 /);
});

Deno.test("serveMysql() challenges each connection anew", async () => {
  await using wire = await serveMysqlWire();
  using first = await wire.connect();
  using second = await wire.connect();

  notDeepEqual(first.scramble, second.scramble);
  equal(first.scramble.length, 20);
  // A proof for one challenge is none for another.
  second.scramble = first.scramble;
  equal(
    await second.signIn({ plugin: native }),
    denied("root", "YES"),
  );
});

Deno.test("newScramble() gives bytes that no client stops at", () => {
  for (let i = 0; i < 200; i++) {
    const scramble = newScramble();
    equal(scramble.length, 20);
    ok(scramble.every((byte) => byte > 0 && byte < 0x80 && byte !== 0x24));
  }
});

Deno.test("serveMysql() refuses guesses once there were too many", async () => {
  await using wire = await serveMysqlWire({
    throttles: new Throttles({
      ...defaultThrottleLimits,
      failuresPerAccount: 3,
    }, systemClock),
  });
  for (let i = 0; i < 3; i++) {
    const { outcome } = await attempt(wire, {
      password: "wrong",
      plugin: native,
    });
    equal(outcome, denied("root", "YES"));
  }
  const { outcome } = await attempt(wire, { plugin: native });

  match(
    outcome,
    /^1045 #28000.*too many failed sign-ins, try again in \d+ seconds/,
  );
});

Deno.test("serveMysql() counts a guess also when the client leaves before it is told", async () => {
  await using wire = await serveMysqlWire({
    throttles: new Throttles({
      ...defaultThrottleLimits,
      failuresPerAccount: 3,
    }, systemClock),
  });
  for (let i = 0; i < 3; i++) {
    using client = await wire.connect();
    const { stream } = client;
    await client.send(packet(
      1,
      number(usual, 4),
      number(1 << 24, 4),
      255,
      new Uint8Array(23),
      "root\0",
      32,
      new Uint8Array(32).fill(i + 1),
      `${sha2}\0`,
    ));
    equal((await client.read())?.body[1], 4, "full authentication");
    stream.close();
  }

  match((await attempt(wire, {})).outcome, /too many failed sign-ins/);
});

Deno.test("serveMysql() lets none of 3000 wrong logins in", async () => {
  await using wire = await serveMysqlWire({ throttles: unlimited });
  let accepted = 0;
  const guess = async (i: number) => {
    const { outcome } = await attempt(wire, {
      user: i % 3 === 0 ? "nobody" : "root",
      password: i % 5 === 0 ? "" : `${password}${i}`,
      // Full authentication costs milliseconds, so most go without.
      plugin: i % 20 === 1 ? sha2 : native,
    });
    if (!outcome.startsWith("1045 ")) accepted += 1;
  };
  for (let i = 0; i < 3000; i += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, at) => guess(i + at)));
  }

  equal(accepted, 0);
  equal((await attempt(wire, {})).outcome, "ok");
});

Deno.test("COM_CHANGE_USER proves the new user with a new challenge", async () => {
  await using wire = await serveMysqlWire({ throttles: unlimited });
  await wire.engine.setPassword("postgres", password);
  for (const given of [password, "wrong"]) {
    using client = await wire.ready();
    const { scramble } = client;
    await client.first("set @kept = 1");
    client.sequence = 0;
    await client.say(
      command.changeUser,
      "root\0",
      0,
      "postgres\0",
      number(255, 2),
      `${sha2}\0`,
    );
    const asked = await client.read();
    equal(asked?.body[0], 0xfe);
    const fresh = asked!.body.slice(asked!.body.indexOf(0, 1) + 1, -1);
    notDeepEqual(fresh, scramble);
    const { mysqlProof } = await import("../../../lib/base/mysql_password.ts");
    await client.say(mysqlProof(sha2, given, fresh));
    if (given === password) {
      equal((await client.read())?.body[1], 3, "fast authentication");
      equal((await client.read())?.body[0], 0);
      equal(await client.first("select @kept"), "NULL");
    } else {
      equal((await client.read())?.body[1], 4, "full authentication");
      await client.say(1);
      equal(errorOf((await client.read())!), denied("root", "YES"));
      equal(await client.read(), undefined, "closed");
    }
  }
});
