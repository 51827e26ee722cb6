import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import type { SchemaPicture } from "../../lib/rest/schema/picture.ts";
import { silentLog } from "../../lib/base/log.ts";
import { Metrics } from "../../lib/base/metrics.ts";
import { Problem } from "../../lib/base/problem.ts";
import { SchemaCache } from "../../lib/rest/schema/schema_cache.ts";
import type { Route } from "../../lib/http/call.ts";
import { authRoutes, disabledAuthRoutes } from "../../routes/auth.ts";
import { descriptions } from "../../routes/descriptions.ts";
import { docsRoutes } from "../../routes/docs.ts";
import { healthRoutes } from "../../routes/health.ts";
import {
  openapiDescriptions,
  type OpenapiRouteDeps,
  openapiRoutes,
} from "../../routes/openapi.ts";
import { authApp } from "../support/auth_app.ts";
import { sender } from "../support/call.ts";
import { manualClock } from "../support/manual_clock.ts";
import { column, picture, relation, shop } from "../support/schema_picture.ts";

const nameOf = ({ method, path }: Pick<Route, "method" | "path">) =>
  `${method} ${path}`;

function routesOf(
  deps: Partial<OpenapiRouteDeps> = {},
  others: readonly Route[] = disabledAuthRoutes(),
): Route[] {
  const routes = [...others];
  routes.push(
    ...openapiRoutes({
      version: "1.2.3",
      routes,
      auth: true,
      clock: manualClock(),
      ...deps,
    }),
  );
  return routes;
}

Deno.test("every route describes itself, and nothing else is described", async () => {
  await using app = await authApp();
  const routes = [
    ...authRoutes(app.auth.context, { secure: false }),
    ...healthRoutes({
      engine: app.engine,
      metrics: new Metrics(),
      clock: app.clock,
      version: "1.2.3",
      metricsFor: "open",
      draining: () => false,
    }),
    ...docsRoutes({
      version: "1.2.3",
      docs: true,
      auth: true,
      rest: true,
      realtime: true,
      tls: false,
      publicUrl: undefined,
      postgresPort: () => undefined,
    }),
    // Those of realtimeRoutes() stand for a tree; the server names these two.
    ...["GET /realtime/v1/websocket", "POST /realtime/v1/api/broadcast"].map(
      (name) => {
        const [method, path] = name.split(" ") as ["GET" | "POST", string];
        return { method, path, handler: () => new Response() };
      },
    ),
  ];
  routes.push(
    ...openapiRoutes({
      version: "1.2.3",
      routes,
      auth: true,
      picture: () => Promise.resolve(picture()),
      clock: app.clock,
    }),
  );
  // The files of a page are no endpoints.
  const served = routes.map(nameOf).filter((name) =>
    !name.startsWith("GET /docs/")
  );
  const described = [...descriptions, ...openapiDescriptions].map(nameOf);

  deepEqual(described.toSorted(), served.toSorted());
  deepEqual(
    disabledAuthRoutes().map(nameOf).toSorted(),
    authRoutes(app.auth.context, { secure: false }).map(nameOf).toSorted(),
  );
});

Deno.test("GET /openapi.json tells of the routes that are served, and no others", async () => {
  const send = sender(routesOf());
  const { openapi, info, paths } = await (await send("GET /openapi.json"))
    .json();

  equal(openapi, "3.1.1");
  equal(info.version, "1.2.3");
  ok("/auth/v1/signup" in paths);
  ok("/openapi.json" in paths);
  for (const path of ["/metrics", "/docs", "/rest/v1/"]) {
    equal(path in paths, false, path);
  }
});

Deno.test("GET /openapi.json leaves out the auth server when it is off", async () => {
  const send = sender(routesOf({ auth: false }));
  const { paths, tags } = await (await send("GET /openapi.json")).json();

  deepEqual(Object.keys(paths), ["/openapi.json"]);
  deepEqual(tags.map(({ name }: { name: string }) => name), ["Server"]);
});

Deno.test("GET /openapi.json describes bodies by the schemas that read them", async () => {
  const send = sender(routesOf());
  const { paths } = await (await send("GET /openapi.json")).json();
  const { schema } =
    paths["/auth/v1/signup"].post.requestBody.content["application/json"];

  deepEqual(schema.required, ["email", "password"]);
  deepEqual(schema.properties.email, { type: "string" });
  deepEqual(
    paths["/auth/v1/token"].post.requestBody.content["application/json"].schema
      .anyOf.map(({ required }: { required: string[] }) => required),
    [["email", "password"], ["refresh_token"]],
  );
  equal(paths["/auth/v1/logout"].post.requestBody.required, false);
});

Deno.test("GET /openapi.json follows the schema and keeps its tag while that stays", async () => {
  let now: SchemaPicture = shop();
  let asked = 0;
  const send = sender(routesOf({
    picture: () => {
      asked++;
      return Promise.resolve(now);
    },
  }));
  const first = await send("GET /openapi.json");
  const etag = first.headers.get("etag") ?? "";
  await first.body?.cancel();

  equal(
    (await send("GET /openapi.json", { "if-none-match": etag })).status,
    304,
  );
  now = picture({ relations: [relation("new_table", [column("id", "int4")])] });
  const changed = await send("GET /openapi.json", { "if-none-match": etag });
  equal(changed.status, 200);
  notEqual(changed.headers.get("etag"), etag);
  ok("/rest/v1/new_table" in (await changed.json()).paths);
  equal(asked, 3);
});

Deno.test("GET /openapi.json is made for the role of the caller", async () => {
  await using app = await authApp();
  await app.sql("CREATE TABLE notes (id int PRIMARY KEY)");
  await app.sql("GRANT SELECT ON notes TO authenticated");
  const cache = new SchemaCache({
    engine: app.engine,
    schemas: ["public"],
    log: silentLog,
  });
  const send = sender(routesOf({
    picture: () => cache.current(),
    rights: {
      db: app.engine.session({ role: "postgres" }),
      roleOf({ request }) {
        const role = request.headers.get("authorization") ?? "anon";
        if (role === "bad") throw new Problem("invalid_token", "Bad token");
        return role;
      },
    },
  }));
  const shows = async (headers: Record<string, string>) => {
    const answer = await send("GET /openapi.json", headers);
    match(answer.headers.get("vary") ?? "", /authorization/);
    return "/rest/v1/notes" in (await answer.json()).paths;
  };

  equal(await shows({}), false);
  equal(await shows({ authorization: "authenticated" }), true);
  const refused = await send("GET /openapi.json", { authorization: "bad" });
  equal(refused.status, 401);
});

Deno.test("GET /rest/v1/ answers the part that is made of the schema", async () => {
  const send = sender(routesOf({ picture: () => Promise.resolve(shop()) }));
  const answer = await send("GET /rest/v1/");
  const { paths } = await answer.json();

  equal(
    answer.headers.get("content-type"),
    "application/openapi+json; charset=utf-8",
  );
  ok("/rest/v1/books" in paths);
  ok(Object.keys(paths).every((path) => path.startsWith("/rest/v1/")));
});

Deno.test("GET /rest/v1/ shows the schema that Accept-Profile names", async () => {
  const two = picture(
    { relations: [relation("a", [column("id", "int4")])] },
    { name: "api", relations: [relation("b", [column("id", "int4")])] },
  );
  const send = sender(routesOf({ picture: () => Promise.resolve(two) }));

  const { paths } = await (await send("GET /rest/v1/", {
    "accept-profile": "api",
  })).json();
  deepEqual(Object.keys(paths), ["/rest/v1/b"]);
  for (const name of ["auth", "__proto__", ""]) {
    const refused = await send("GET /rest/v1/", { "accept-profile": name });
    equal(refused.status, 404, name);
  }
  const whole = await (await send("GET /openapi.json?schema=api")).json();
  ok("/rest/v1/b" in whole.paths);
});
