import { deepEqual, equal, throws } from "node:assert/strict";
import {
  readDoctorConfig,
  readKeysConfig,
} from "../../../lib/config/commands.ts";
import { ConfigError } from "../../../lib/config/error.ts";

const secret = "a-test-secret-0123456789abcdefghi";

function sources(
  line: string,
  { env = {} }: { env?: Record<string, string> } = {},
) {
  return {
    args: line === "" ? [] : line.split(" "),
    env: (name: string) => env[name],
    readTextFile: (path: string): string => {
      throw new Deno.errors.NotFound(path);
    },
  };
}

Deno.test("readKeysConfig() takes the flags of start and its own", () => {
  const config = readKeysConfig(
    sources(
      "--json --expires 30 -d ./data --public-url https://api.example.com",
      { env: { JWT_SECRET: secret } },
    ),
  );

  deepEqual(config, {
    jwt: {
      secret,
      previousSecret: undefined,
      issuer: "https://api.example.com/auth/v1",
      isKnown: false,
    },
    lifetimeSeconds: 30 * 86_400,
    json: true,
  });
  equal(readKeysConfig(sources("")).lifetimeSeconds, 3650 * 86_400);
  equal(readKeysConfig(sources("--expires=1")).lifetimeSeconds, 86_400);
});

for (
  const [line, says] of [
    [
      "--expires 0",
      /--expires: it must be a whole number from 1 to 36500 days/,
    ],
    ["--expires", /--expires: it must be/],
    ["--expires 1 --expires 2", /more than once/],
    ["--listen 0.0.0.0", /well-known JWT secret/],
    [
      "--bogus",
      /Cannot run keys: unknown flag "--bogus", see heliosdb-nano keys --help/,
    ],
  ] as const
) {
  Deno.test(`readKeysConfig() refuses "${line}"`, () => {
    throws(
      () => readKeysConfig(sources(line)),
      (error) => error instanceof ConfigError && says.test(error.message),
    );
  });
}

Deno.test("readDoctorConfig() takes the flags of start and its own", () => {
  deepEqual(
    readDoctorConfig(
      sources("-d ./data --json --rest-schema api --no-rest-api", {
        env: { JWT_SECRET: secret },
      }),
    ),
    {
      path: "./data",
      schemas: ["api"],
      restOff: true,
      secretIsKnown: false,
      json: true,
    },
  );
  equal(readDoctorConfig(sources("-d x --listen 0.0.0.0")).secretIsKnown, true);
});

Deno.test("readDoctorConfig() refuses a database that only its own server sees", () => {
  for (const line of ["", "-m"]) {
    throws(
      () => readDoctorConfig(sources(line)),
      (error) =>
        error instanceof ConfigError &&
        /give --data-dir DIR/.test(error.message),
    );
  }
});
