import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import {
  type Config,
  ConfigError,
  devJwtSecret,
  readConfig,
} from "../../lib/config.ts";
import {
  settingNames,
  settings,
  variableOf,
} from "../../lib/config/settings.ts";

interface World {
  env?: Record<string, string>;
  files?: Record<string, string>;
}

const secret = "a-test-secret-0123456789abcdefghi";

function read(line: string, { env = {}, files = {} }: World = {}): Config {
  return readConfig({
    args: line === "" ? [] : line.split(" "),
    env: (name) => env[name],
    readTextFile(path) {
      const text = files[path];
      if (text === undefined) throw new Deno.errors.NotFound(path);
      return text;
    },
  });
}

Deno.test("readConfig() has the defaults that the tutorial counts on", () => {
  const config = read("--memory");

  deepEqual(config.storage, { kind: "memory" });
  equal(config.listen, "127.0.0.1");
  equal(config.http.port, 8080);
  equal(config.postgres.port, 5432);
  deepEqual(config.mysql, {
    host: "127.0.0.1",
    port: 3306,
    socket: undefined,
    requireTls: false,
    maxConnections: 2000,
    authTimeoutMs: 10_000,
    idleTimeoutMs: 0,
    messageLimit: 64 * 1024 * 1024,
  });
  deepEqual(config.wireAuth, {
    method: "trust",
    password: undefined,
    allowClearPassword: false,
    throttles: { failuresPerAccount: 20, failuresPerAddress: 300 },
  });
  deepEqual(config.postgres, {
    port: 5432,
    socketFolder: undefined,
    requireTls: false,
    maxConnections: 2000,
    authTimeoutMs: 60_000,
    idleTimeoutMs: 0,
    messageLimit: 67_108_864,
  });
  equal(config.http.metrics, "loopback");
  deepEqual(config.http.corsOrigins, ["*"]);
  equal(config.auth?.secureCookies, false);
  deepEqual(config.jwt, {
    secret: devJwtSecret,
    previousSecret: undefined,
    issuer: "heliosdb-nano",
    isKnown: true,
  });
  deepEqual(config.rest, {
    schemas: ["public"],
    maxRows: 1000,
    statementTimeoutMs: 8000,
    bodyLimit: 10_485_760,
    aggregates: false,
    txOverride: false,
    plan: false,
  });
  equal(config.auth?.accessTokenSeconds, 3600);
  equal(config.auth?.refreshTokenDays, 7);
  equal(config.auth?.sessionDays, 90);
  equal(config.auth?.passwordMinLength, 6);
  deepEqual(config.auth?.argon2, { memoryKib: 19_456, passes: 2, lanes: 1 });
  equal(config.http.docs, true);
  equal(config.http.publicUrl, undefined);
  deepEqual(config.log, { level: "info", format: "text" });
});

Deno.test("readConfig() switches off what is on by default", () => {
  const files = { "h.toml": "docs = false" };
  const off = { HELIOSDB_DOCS: "false" };

  equal(read("--memory --no-docs").http.docs, false);
  equal(read("--memory", { env: off }).http.docs, false);
  equal(read("--memory --config h.toml", { files }).http.docs, false);
  equal(read("--memory --docs", { env: off }).http.docs, true);
  for (
    const [line, message] of [
      ["--memory --docs --no-docs", /--docs: it was given more than once/],
      ["--memory --no-docs=false", /unknown flag "--no-docs"/],
      ["--memory --no-metrics", /unknown flag "--no-metrics"/],
      ["--no-memory", /unknown flag "--no-memory"/],
    ] as const
  ) {
    throws(() => read(line), { name: "ConfigError", message });
  }
});

Deno.test("readConfig() takes the tutorial's command line", () => {
  const { wireAuth } = read("--memory --auth scram-sha-256 --password s3cret");

  equal(wireAuth.method, "scram-sha-256");
  equal(wireAuth.password, "s3cret");
});

Deno.test("readConfig() prefers flags to environment to file to defaults", () => {
  const env = {
    HELIOSDB_CONFIG: "h.toml",
    HELIOSDB_HTTP_PORT: "2",
    HELIOSDB_PORT: "3",
  };
  const files = {
    "h.toml": 'http-port = 4\nport = 5\nlog-level = "debug"\nmemory = true',
  };
  const config = read("--http-port 1", { env, files });

  equal(config.http.port, 1);
  equal(config.postgres.port, 3);
  equal(config.log.level, "debug");
  equal(config.log.format, "text");
});

Deno.test("readConfig() is frozen all the way down", () => {
  const config = read("--memory");

  throws(() => Object.assign(config.http, { port: 1 }), TypeError);
  throws(
    () => Object.assign(config.auth?.argon2 ?? {}, { passes: 1 }),
    TypeError,
  );
});

Deno.test("readConfig() takes lists from every source", () => {
  const list = ["https://a.example", "https://b.example"];

  deepEqual(
    read("-m --cors-origin https://a.example --cors-origin https://b.example")
      .http.corsOrigins,
    list,
  );
  deepEqual(
    read("-m", { env: { HELIOSDB_CORS_ORIGIN: list.join(", ") } }).http
      .corsOrigins,
    list,
  );
  deepEqual(
    read("-m -c f", { files: { f: `cors-origin = ${JSON.stringify(list)}` } })
      .http.corsOrigins,
    list,
  );
});

Deno.test("readConfig() reads the password from where it is hidden", () => {
  const password = (line: string, world: World) =>
    read(`-m --auth scram ${line}`.trim(), world).wireAuth.password;

  equal(password("", { env: { HELIOSDB_PASSWORD: "s3cret" } }), "s3cret");
  equal(
    password("--password-file p", { files: { p: "s3cret\r\n" } }),
    "s3cret",
  );
  equal(
    password("--password-file p", {
      files: { p: "s3cret" },
      env: { HELIOSDB_PASSWORD: "x" },
    }),
    "s3cret",
  );
  equal(
    password("--password y", { env: { HELIOSDB_PASSWORD_FILE: "p" } }),
    "y",
  );
});

Deno.test("readConfig() takes an authentication method in any letter case", () => {
  for (const word of ["SCRAM-SHA-256", "scram", "Scram"]) {
    equal(
      read(`-m --password x --auth ${word}`).wireAuth.method,
      "scram-sha-256",
    );
  }
});

Deno.test("readConfig() switches listeners off", () => {
  const config = read("-m --http-port 0 --port 0 --mysql-listen off");

  equal(config.http.port, undefined);
  equal(config.postgres.port, undefined);
  equal(config.mysql, undefined);
  equal(config.auth, undefined);
  equal(config.rest, undefined);
  equal(config.jwt, undefined);
  equal(read("-m --http-port auto").http.port, "auto");
});

Deno.test("readConfig() warns about the secret that everybody knows", () => {
  ok(read("-m").warnings.some((warning) => warning.includes("JWT_SECRET")));
  ok(read("-m", { env: { JWT_SECRET: devJwtSecret } }).warnings.length > 0);
  deepEqual(read("-m", { env: { JWT_SECRET: secret } }).warnings, []);
  // Either of them reads tokens.
  equal(read("-m --no-auth-api").warnings.length, 1);
  equal(read("-m --no-rest-api").warnings.length, 1);
  deepEqual(read("-m --no-auth-api --no-rest-api --no-realtime").warnings, []);
});

Deno.test("readConfig() reads certificate and key", () => {
  const config = read("-m --tls-cert c --tls-key k", {
    files: { c: "CERT", k: "KEY" },
  });

  deepEqual(config.tls, { cert: "CERT", key: "KEY" });
  equal(config.auth?.secureCookies, true);
});

const google = {
  OAUTH_GOOGLE_CLIENT_ID: "id",
  OAUTH_GOOGLE_CLIENT_SECRET: "hidden",
  OAUTH_GOOGLE_REDIRECT_URI: "http://localhost:8080/auth/v1/callback",
};
const github = {
  OAUTH_GITHUB_CLIENT_ID: "id",
  OAUTH_GITHUB_CLIENT_SECRET: "hidden",
  OAUTH_GITHUB_REDIRECT_URI: "https://api.example.com/auth/v1/callback",
};

Deno.test("readConfig() reads OAuth providers from the environment", () => {
  const { auth } = read("-m", {
    env: {
      ...google,
      OAUTH_GOOGLE_TOKEN_URL: "http://127.0.0.1:9/token",
      ...github,
      OAUTH_GITHUB_EMAILS_URL: "https://e.example/",
    },
  });

  deepEqual(auth?.providers, {
    google: {
      clientId: "id",
      clientSecret: "hidden",
      redirectUri: "http://localhost:8080/auth/v1/callback",
      tokenUrl: "http://127.0.0.1:9/token",
    },
    github: {
      clientId: "id",
      clientSecret: "hidden",
      redirectUri: "https://api.example.com/auth/v1/callback",
      emailsUrl: "https://e.example/",
    },
  });
  deepEqual(read("-m").auth?.providers, {});
});

Deno.test("readConfig() allows the network when everything is safe", () => {
  const config = read("-m --listen 0.0.0.0 --auth scram --password x", {
    env: { JWT_SECRET: secret },
  });

  equal(config.listen, "0.0.0.0");
});

Deno.test("readConfig() takes the issuer of tokens from the public URL", () => {
  const { auth, jwt } = read("-m --public-url https://auth.example.com", {
    env: { JWT_SECRET: secret },
  });

  equal(jwt?.issuer, "https://auth.example.com/auth/v1");
  equal(auth?.secureCookies, true);
});

Deno.test("readConfig() takes the development secret for a public URL of this machine", () => {
  for (const url of ["http://localhost:8080", "https://[::1]:8443"]) {
    equal(read(`-m --public-url ${url}`).jwt?.isKnown, true, url);
  }
});

Deno.test("readConfig() takes every setting of the REST API", () => {
  const { rest } = read(
    "-m --rest-schema api --rest-schema public --rest-schema api --max-rows 0 --rest-timeout 30" +
      " --rest-max-body-mib 2 --rest-aggregates --rest-tx-override --rest-plan",
  );

  deepEqual(rest, {
    schemas: ["api", "public"],
    maxRows: undefined,
    statementTimeoutMs: 30_000,
    bodyLimit: 2_097_152,
    aggregates: true,
    txOverride: true,
    plan: true,
  });
});

Deno.test("readConfig() takes the REST API's settings from environment and file", () => {
  const { rest } = read("-m --config c.toml", {
    env: { HELIOSDB_REST_SCHEMA: "a, b" },
    files: { "c.toml": "max-rows = 5\nrest-aggregates = true\n" },
  });

  deepEqual(rest?.schemas, ["a", "b"]);
  equal(rest?.maxRows, 5);
  equal(rest?.aggregates, true);
});

Deno.test("readConfig() switches the REST API off alone", () => {
  const config = read("-m --no-rest-api");

  equal(config.rest, undefined);
  ok(config.auth !== undefined);
  ok(config.jwt !== undefined);
});

/** A command line that is refused, and the sentence that says why. */
interface Refusal extends World {
  line: string;
  says: RegExp;
}

/** Settings that work, and what is said about them. */
const warned: { line: string; says: RegExp }[] = [
  {
    line:
      "-m --no-auth-api --no-rest-api --no-realtime --listen 0.0.0.0 --allow-trust-from-network",
    says: /Everybody who reaches 0\.0\.0\.0 owns the data/,
  },
  { line: "-m --auth md5 --password x", says: /md5 is out of date/ },
  {
    line:
      "-m --no-auth-api --no-rest-api --no-realtime --listen :: --auth password --password x",
    says: /lets in nobody but this machine/,
  },
  {
    line:
      "-m --no-auth-api --no-rest-api --no-realtime --listen :: --auth password --password x" +
      " --allow-clear-password",
    says: /over the network in the clear/,
  },
];

for (const { line, says } of warned) {
  Deno.test(`readConfig() warns about "${line}"`, () => {
    ok(read(line).warnings.some((warning) => says.test(warning)));
  });
}

const open = "-m --listen 0.0.0.0 --auth scram --password x";
const refusals: Refusal[] = [
  { line: "", says: /--data-dir DIR .*--memory/ },
  { line: "-m -d x", says: /both --memory and --data-dir/ },
  { line: "-m --bogus", says: /unknown flag "--bogus"/ },
  { line: "-m -x", says: /unknown flag "-x"/ },
  { line: "-m extra", says: /unknown argument "extra"/ },
  { line: "-m --http-port", says: /--http-port needs a value/ },
  {
    line: "-m --http-port 65536",
    says: /--http-port "65536": it must be a port/,
  },
  { line: "-m --http-port 80a", says: /must be a port/ },
  { line: "-m --http-port 1 --http-port 2", says: /more than once/ },
  { line: "-m --memory=maybe", says: /must be true or false/ },
  { line: "-m --listen 1.2.3", says: /must be an IP address or a host name/ },
  { line: "-m --listen a_b", says: /must be an IP address or a host name/ },
  { line: "-m --mysql-listen 3306", says: /must look like 127\.0\.0\.1:3306/ },
  { line: "-m --mysql-listen 127.0.0.1:0", says: /must look like/ },
  {
    line: "-m --mysql-listen off --mysql-socket /tmp/x.sock",
    says: /the socket belongs to the listener/,
  },
  {
    line: "-m --auth kerberos",
    says: /must be one of trust, password, md5, scram-sha-256/,
  },
  { line: "-m --auth md5", says: /--auth md5 without a password/ },
  {
    line: "-m --auth md5 --password-file p",
    says: /--password-file "p": the file cannot be read/,
  },
  {
    line: "-m --auth md5 --password-file p",
    files: { p: "\n" },
    says: /the file is empty/,
  },
  {
    line: "-m --auth md5 --password-file p --password x",
    files: { p: "y" },
    says: /both --password and --password-file/,
  },
  { line: "-m --listen 0.0.0.0", says: /0\.0\.0\.0 with --auth trust/ },
  { line: "-m --listen ::", says: /with --auth trust/ },
  { line: "-m --listen db.example.com", says: /with --auth trust/ },
  { line: "-m --mysql-listen 0.0.0.0:3306", says: /with --auth trust/ },
  { line: "-m --require-tls", says: /--require-tls without --tls-cert/ },
  {
    line: "-m --port 0 --pg-socket-dir /tmp",
    says: /--pg-socket-dir with --port 0/,
  },
  { line: "-m --pg-max-message-mib 2000", says: /from 1 to 1023/ },
  {
    line:
      "-m --no-auth-api --no-rest-api --no-realtime --listen 0.0.0.0 --auth scram --password x" +
      " --throttle-off",
    says: /with --throttle-off/,
  },
  { line: open, says: /well-known JWT secret/ },
  {
    line: "-m --public-url https://api.example.com",
    says:
      /Cannot be reached at https:\/\/api.example.com with the well-known JWT secret/,
  },
  {
    line: "-m --public-url https://api.example.com",
    env: { JWT_SECRET: secret, JWT_SECRET_PREVIOUS: devJwtSecret },
    says: /JWT_SECRET_PREVIOUS/,
  },
  { line: `${open} --no-auth-api`, says: /well-known JWT secret/ },
  { line: "-m --rest-schema auth", says: /never exposed/ },
  { line: "-m --rest-schema PG_catalog", says: /never exposed/ },
  { line: "-m --rest-schema=", says: /never exposed/ },
  { line: "-m --max-rows -1", says: /from 0 to/ },
  { line: "-m --rest-timeout 0", says: /from 1 to 3600/ },
  {
    line: open,
    env: { JWT_SECRET: devJwtSecret },
    says: /well-known JWT secret/,
  },
  {
    line: open,
    env: { JWT_SECRET: secret, JWT_SECRET_PREVIOUS: devJwtSecret },
    says: /JWT_SECRET_PREVIOUS/,
  },
  {
    line: `${open} --throttle-off`,
    env: { JWT_SECRET: secret },
    says: /with --throttle-off/,
  },
  {
    line: "-m",
    env: { JWT_SECRET: "x".repeat(31) },
    says: /\$JWT_SECRET: it is 31 bytes long and must be at least 32/,
  },
  { line: "-m", env: { JWT_SECRET: "" }, says: /0 bytes long/ },
  ...[" ".repeat(36), "a".repeat(40), "abcdefghi".repeat(5)].map((weak) => ({
    line: "-m",
    env: { JWT_SECRET: weak },
    says:
      /^Cannot use \$JWT_SECRET: it has fewer than 10 different characters, .*openssl rand/,
  })),
  {
    line: "-m",
    env: { JWT_SECRET: secret, JWT_SECRET_PREVIOUS: "a".repeat(40) },
    says: /\$JWT_SECRET_PREVIOUS: it has fewer than 10 different characters/,
  },
  {
    line: "-m",
    env: { JWT_SECRET: secret, JWT_SECRET_PREVIOUS: "short" },
    says: /\$JWT_SECRET_PREVIOUS: it is 5 bytes/,
  },
  { line: "-m --tls-cert c", files: { c: "" }, says: /give both/ },
  { line: "-m --tls-key k", files: { k: "" }, says: /give both/ },
  {
    line: "-m --tls-cert c --tls-key k",
    files: { c: "" },
    says: /--tls-key "k": the file cannot be read/,
  },
  {
    line: "-m --cors-origin a.example",
    says: /must look like https:\/\/app\.example\.com/,
  },
  { line: "-m --cors-origin https://a.example/", says: /must look like/ },
  {
    line: "-m --cors-origin * --cors-origin https://a.example",
    says: /together with others/,
  },
  { line: "-m --trusted-proxy 10.0.0.0/40", says: /must be a network/ },
  {
    line: "-m --public-url https://a.example/x",
    says: /must look like https:\/\/api\.example\.com/,
  },
  { line: "-m --password-min-length 5", says: /from 6 to 64/ },
  { line: "-m --argon2-passes 1.5", says: /whole number/ },
  {
    line: "-m --metrics everybody",
    says: /must be one of loopback, open, off/,
  },
  {
    line: "-m",
    env: { HELIOSDB_HTTP_PORT: "x" },
    says: /\$HELIOSDB_HTTP_PORT "x": it must be a port/,
  },
  {
    line: "-m --http-port 1",
    env: { HELIOSDB_HTTP_PORT: "x" },
    says: /\$HELIOSDB_HTTP_PORT/,
  },
  { line: "-m -c f", says: /"f": it cannot be read/ },
  {
    line: "-m -c f",
    files: { f: 'password = "hidden' },
    says: /"f": line 1, column \d+ is not valid TOML/,
  },
  { line: "-m -c f", files: { f: "bogus = 1" }, says: /unknown key "bogus"/ },
  {
    line: "-m -c f",
    files: { f: 'config = "g"' },
    says: /unknown key "config"/,
  },
  {
    line: "-m -c f",
    files: { f: "[http]\nport = 1" },
    says: /unknown key "http"/,
  },
  {
    line: "-m -c f",
    files: { f: "port = [1]" },
    says: /port must be a plain value/,
  },
  {
    line: "-m -c f",
    files: { f: "port = 99999" },
    says: /port in "f" "99999"/,
  },
  {
    line: "-m",
    env: { OAUTH_GOOGLE_CLIENT_ID: "id" },
    says:
      /\$OAUTH_GOOGLE_CLIENT_SECRET and \$OAUTH_GOOGLE_REDIRECT_URI must be set too/,
  },
  {
    line: "-m",
    env: { ...google, OAUTH_GOOGLE_CLIENT_SECRET: "" },
    says: /google: \$OAUTH_GOOGLE_CLIENT_SECRET must/,
  },
  {
    line: "-m",
    env: { OAUTH_GITHUB_TOKEN_URL: "https://a.example/" },
    says: /github: \$OAUTH_GITHUB_CLIENT_ID and/,
  },
  {
    line: "-m",
    env: { ...google, OAUTH_GOOGLE_TOKEN_URL: "http://a.example/" },
    says: /\$OAUTH_GOOGLE_TOKEN_URL: it must be an https URL/,
  },
  {
    line: "-m",
    env: { ...google, OAUTH_GOOGLE_REDIRECT_URI: "/callback" },
    says: /\$OAUTH_GOOGLE_REDIRECT_URI: it must be/,
  },
];

for (const { line, says, ...world } of refusals) {
  const told = [
    line,
    ...Object.keys(world.env ?? {}),
    ...Object.values(world.files ?? {}),
  ].join(" ");
  Deno.test(`readConfig() refuses ${JSON.stringify(told)}`, () => {
    throws(
      () => read(line, world),
      (error) =>
        error instanceof ConfigError && says.test(error.message) &&
        !error.message.includes("\n"),
    );
  });
}

Deno.test("readConfig() does not repeat a secret", () => {
  const attempts: [string, World][] = [
    ["-m --auth md5 --password hidden --password hidden", {}],
    ["-m", { env: { JWT_SECRET: "hidden" } }],
    ["-m", { env: { JWT_SECRET: "hidden".repeat(8) } }],
    ["-m -c f", { files: { f: 'password = "hidden" x' } }],
    ["-m", { env: { OAUTH_GOOGLE_CLIENT_SECRET: "hidden" } }],
    ["-m", {
      env: {
        ...google,
        OAUTH_GOOGLE_TOKEN_URL: "http://user:hidden@a.example/",
      },
    }],
  ];
  for (const [line, world] of attempts) {
    throws(
      () => read(line, world),
      (error) =>
        error instanceof ConfigError && !error.message.includes("hidden"),
    );
  }
});

Deno.test("settings have names that make sense everywhere", () => {
  const flags = settingNames.map((name) => settings[name].flag);

  equal(new Set(flags).size, flags.length);
  for (const flag of flags) match(flag, /^[a-z][a-z0-9-]*$/);
  equal(variableOf("http-port"), "HELIOSDB_HTTP_PORT");
});

Deno.test("settings have defaults that their own parsers accept", () => {
  for (const name of settingNames) {
    const setting = settings[name];
    if (!("shown" in setting) || setting.shown === undefined) continue;
    const value = setting.parse(setting.shown);
    deepEqual("list" in setting ? [value] : value, setting.default, name);
  }
});
