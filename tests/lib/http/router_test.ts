import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import type { Call, Route } from "../../../lib/http/call.ts";
import { createRouter } from "../../../lib/http/router.ts";

function route(method: Route["method"], path: string): Route {
  return { method, path, handler: () => new Response(`${method} ${path}`) };
}

function call(method: string, path: string): Call {
  return {
    request: new Request("http://localhost"),
    method,
    path,
    search: "",
    query: new URLSearchParams(),
    address: "127.0.0.1",
    requestId: "test",
  };
}

const router = createRouter([
  route("GET", "/health"),
  route("GET", "/auth/v1/user"),
  route("PUT", "/auth/v1/user"),
  route("GET", "/rest/v1/:table"),
  route("GET", "/rest/v1/"),
]);

async function run(method: string, path: string): Promise<Response> {
  return await router.find(method, path).handler(call(method, path));
}

Deno.test("createRouter() finds a route by method and path", async () => {
  equal(await (await run("GET", "/auth/v1/user")).text(), "GET /auth/v1/user");
  equal(await (await run("PUT", "/auth/v1/user")).text(), "PUT /auth/v1/user");
});

Deno.test("createRouter() serves HEAD where it serves GET", async () => {
  equal(await (await run("HEAD", "/health")).text(), "GET /health");
});

Deno.test("createRouter() does not serve HEAD where answering has effects", async () => {
  const { find } = createRouter([{ ...route("GET", "/sign-in"), head: false }]);

  await rejects(
    async () =>
      await find("HEAD", "/sign-in").handler(call("HEAD", "/sign-in")),
    { code: "method_not_allowed", allow: ["GET", "OPTIONS"] },
  );
});

Deno.test("createRouter() finds a route whose last segment is a name", async () => {
  equal(
    await (await run("GET", "/rest/v1/notes")).text(),
    "GET /rest/v1/:table",
  );
  equal(await (await run("GET", "/rest/v1/")).text(), "GET /rest/v1/");
  equal(router.find("GET", "/rest/v1/notes").label, "/rest/v1/:table");
});

Deno.test("createRouter() does not allow a second name for a path", async () => {
  for (
    const path of [
      "/auth/v1/user/",
      "//auth/v1/user",
      "/auth//v1/user",
      "/auth/v1/./user",
      "/auth/v1/x/../user",
      "/auth/v1/%75ser",
      "/auth%2fv1/user",
      "/AUTH/v1/user",
      "/auth/v1/user;x",
      "/rest/v1/a/b",
      "/rest/v1",
      "",
      "*",
    ]
  ) {
    await rejects(() => run("GET", path), { code: "not_found" }, path);
    equal(router.find("GET", path).label, "(none)");
  }
});

Deno.test("createRouter() tells which methods a path serves", async () => {
  const allow = ["GET", "HEAD", "OPTIONS", "PUT"];

  await rejects(() => run("DELETE", "/auth/v1/user"), {
    code: "method_not_allowed",
    allow,
  });
  await rejects(() => run("get", "/auth/v1/user"), {
    code: "method_not_allowed",
  });
  const options = await run("OPTIONS", "/auth/v1/user");
  equal(options.status, 204);
  deepEqual(options.headers.get("allow")?.split(", "), allow);
});

Deno.test("createRouter() does not repeat a strange method", async () => {
  await rejects(
    () => run("<SCRIPT>", "/health"),
    (error) => error instanceof Error && !error.message.includes("<"),
  );
});

Deno.test("createRouter() refuses a route that is declared twice", () => {
  throws(
    () => createRouter([route("GET", "/a"), route("GET", "/a")]),
    TypeError,
  );
});

Deno.test("createRouter() refuses a path that cannot match", () => {
  for (const path of ["a", "/a b", "/:a/b", "/a?b", "//", "/%41"]) {
    throws(() => createRouter([route("GET", path)]), TypeError, path);
  }
});
