import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { type DocsRouteDeps, docsRoutes } from "../../routes/docs.ts";
import { sender } from "../support/call.ts";

const deps: DocsRouteDeps = {
  version: "1.2.3",
  docs: true,
  auth: true,
  rest: true,
  realtime: true,
  tls: false,
  publicUrl: undefined,
  postgresPort: () => 5432,
};
const send = sender(docsRoutes(deps));
const browser = {
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  host: "db.example.com:8080",
};

Deno.test("GET / tells a script where to go", async () => {
  const answer = await send("GET /", {
    accept: "*/*",
    host: "db.example.com:8080",
  });

  equal(answer.headers.get("content-type"), "application/json");
  equal(answer.headers.get("vary"), "accept");
  deepEqual(await answer.json(), {
    name: "heliosdb-nano",
    description: "A database and its auth server",
    version: "1.2.3",
    api_version: "v1",
    endpoints: {
      documentation: "http://db.example.com:8080/docs",
      openapi: "http://db.example.com:8080/openapi.json",
      rest: "http://db.example.com:8080/rest/v1",
      realtime: "http://db.example.com:8080/realtime/v1",
      auth: "http://db.example.com:8080/auth/v1",
      health: "http://db.example.com:8080/health",
      ready: "http://db.example.com:8080/ready",
    },
    postgres: "postgresql://postgres@db.example.com:5432/postgres",
  });
});

Deno.test("GET / tells a browser the same as a page that may do nothing", async () => {
  const answer = await send("GET /", browser);
  const page = await answer.text();

  equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
  equal(answer.headers.get("vary"), "accept");
  equal(answer.headers.get("x-frame-options"), "DENY");
  match(
    answer.headers.get("content-security-policy") ?? "",
    /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  match(page, /<a href="docs">\/docs<\/a>/);
  match(page, /psql postgresql:\/\/postgres@db\.example\.com:5432\/postgres/);
  match(
    page,
    /curl -s -X POST http:\/\/db\.example\.com:8080\/auth\/v1\/signup/,
  );
  doesNotMatch(page, /<script/);
});

Deno.test("GET / leaves out what is off", async () => {
  const little = sender(docsRoutes({
    ...deps,
    docs: false,
    auth: false,
    rest: false,
    realtime: false,
    postgresPort: () => undefined,
  }));
  const { endpoints, postgres } = await (await little("GET /")).json();
  deepEqual(Object.keys(endpoints), ["health", "ready"]);
  equal(postgres, undefined);
  const page = await (await little("GET /", browser)).text();
  doesNotMatch(page, /\/docs|openapi|rest\/v1|auth\/v1|psql/);
});

Deno.test("GET / writes the URL that it was told of, or the scheme it serves", async () => {
  const told = sender(
    docsRoutes({ ...deps, publicUrl: "https://api.example.com" }),
  );
  const { endpoints } = await (await told("GET /", { host: "10.0.0.1" }))
    .json();
  equal(endpoints.auth, "https://api.example.com/auth/v1");

  const tls = sender(docsRoutes({ ...deps, tls: true }));
  const own = await (await tls("GET /", { host: "[::1]:8443" })).json();
  equal(own.endpoints.auth, "https://[::1]:8443/auth/v1");
  equal(own.postgres, "postgresql://postgres@[::1]:5432/postgres");
});

Deno.test("GET / does not repeat a Host that is none", async () => {
  for (
    const host of [
      "x<script>alert(1)</script>",
      'a"b',
      "evil.example/",
      "a@b",
      "a:99999999",
      "-",
      "",
      "a b",
    ]
  ) {
    const { endpoints, postgres } = await (await send("GET /", { host }))
      .json();
    equal(endpoints.auth, "http://localhost/auth/v1", host);
    equal(postgres, "postgresql://postgres@localhost:5432/postgres");
    const page = await (await send("GET /", { ...browser, host })).text();
    doesNotMatch(page, /<script|evil|a@b/);
  }
});

Deno.test("GET /docs answers a page that loads our own files only", async () => {
  const answer = await send("GET /docs", browser);
  const page = await answer.text();

  equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
  equal(answer.headers.get("x-frame-options"), "DENY");
  equal(
    answer.headers.get("content-security-policy"),
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  doesNotMatch(page, /(?:src|href)="(?:https?:)?\/\//);
  doesNotMatch(page, /<style|<script>|\son\w+=|\sstyle=/);
  match(page, /<html lang="en">/);

  const files = [...page.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)];
  equal(files.length, 5);
  for (const [, file] of files.filter(([, file]) => file !== "docs/live")) {
    const loaded = await send(`GET /${file}`);
    equal(loaded.status, 200, file);
    equal(
      loaded.headers.get("cache-control"),
      "public, max-age=31536000, immutable",
    );
    match(
      loaded.headers.get("content-type") ?? "",
      /^text\/(?:css|javascript); charset=utf-8$/,
    );
    ok((await loaded.text()).length > 1000);
  }
});

Deno.test("GET /docs/swagger-ui.css is asked for again without its hash", async () => {
  for (const query of ["", "?v=", "?v=0"]) {
    const answer = await send(`GET /docs/swagger-ui.css${query}`);
    equal(answer.headers.get("cache-control"), "no-cache");
    await answer.body?.cancel();
  }
});

Deno.test("GET /docs/swagger-ui-bundle.js asks for no source map", async () => {
  const script = await (await send("GET /docs/swagger-ui-bundle.js")).text();
  equal(script.includes("sourceMappingURL"), false);
  const style = await (await send("GET /docs/swagger-ui.css")).text();
  equal(style.includes("sourceMappingURL"), false);
});

Deno.test("GET /docs/… finds nothing but the files of the page", async () => {
  for (
    const name of [
      "swagger-ui.js",
      "assets.ts",
      "constructor",
      "__proto__",
      "..%2fassets.ts",
      "page.js.map",
    ]
  ) {
    equal((await send(`GET /docs/${name}`)).status, 404, name);
  }
});

Deno.test("docsRoutes() serves no page when the documentation is off", async () => {
  const off = sender(docsRoutes({ ...deps, docs: false }));
  equal((await off("GET /docs")).status, 404);
  equal((await off("GET /docs/page.js")).status, 404);
  equal((await off("GET /")).status, 200);
});
