/**
 * What `/rest/v1` keeps from one request for the next, and that nobody can tell.
 */
import { deepEqual, equal } from "node:assert/strict";
import { type RestApp, restApp } from "../support/rest_app.ts";

const ada = "0b9f7c9a-6a57-4a8e-9a44-1f1d5f3c2b11";

async function app(): Promise<RestApp> {
  const app = await restApp({ maxRows: 3 });
  await app.run(`
    CREATE TABLE makers (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE things (
      id integer PRIMARY KEY,
      maker integer NOT NULL REFERENCES makers,
      name text NOT NULL
    );
    INSERT INTO makers VALUES (1, 'a'), (2, 'b');
    INSERT INTO things VALUES (1, 1, 'x'), (2, 1, 'y & z'), (3, 2, 'x'), (4, 2, 'w'), (5, 2, 'v'), (6, 2, 'u');
  `);
  return app;
}

/** The body of a request, and what tells of the page. */
async function get(
  app: RestApp,
  target: string,
  headers: Record<string, string> = {},
): Promise<unknown[]> {
  const answer = await app.send(`GET ${target}`, { headers });
  const { text } = answer;
  return [
    answer.status,
    text.startsWith("[") || text.startsWith("{") ? JSON.parse(text) : text,
    answer.headers.get("content-range"),
  ];
}

Deno.test("restHandler() answers each request of a shape with its own values", async () => {
  await using rest = await app();

  for (let turn = 0; turn < 2; turn++) {
    deepEqual(await get(rest, "/things?id=eq.1&select=name"), [200, [{
      name: "x",
    }], "0-0/*"]);
    deepEqual(await get(rest, "/things?id=eq.4&select=name"), [200, [{
      name: "w",
    }], "0-0/*"]);
    deepEqual(await get(rest, "/things?id=eq.9&select=name"), [200, [], "*/*"]);
    deepEqual(await get(rest, "/things?name=eq.y+%26%20z&select=id"), [200, [{
      id: 2,
    }], "0-0/*"]);
  }
});

Deno.test("restHandler() counts, shapes and embeds with the values of the request", async () => {
  await using rest = await app();
  const counting = { prefer: "count=exact" };
  const one = { accept: "application/vnd.pgrst.object+json" };

  for (
    const [last, total] of [["2", 2], ["1", 1], ["2", 2]] as const
  ) {
    const [, , range] = await get(rest, `/things?id=lte.${last}`, counting);
    equal(range, `0-${total - 1}/${total}`);
  }
  equal((await get(rest, "/things?id=eq.1"))[0], 200);
  deepEqual((await get(rest, "/things?id=eq.2&select=id", one))[1], { id: 2 });
  equal((await get(rest, "/things?id=gt.2", one))[0], 406);
  equal(
    (await get(rest, "/things?id=eq.3&select=id", { accept: "text/csv" }))[1],
    "id\n3",
  );
  for (const name of ["x", "w", "x"]) {
    deepEqual(
      await get(
        rest,
        `/makers?id=eq.2&select=things(name)&things.name=eq.${name}`,
      ),
      [200, [{ things: [{ name }] }], "0-0/*"],
    );
  }
});

Deno.test("restHandler() answers a range and no range of one address apart", async () => {
  await using rest = await app();

  for (let turn = 0; turn < 2; turn++) {
    equal((await get(rest, "/things?id=gt.0&order=id"))[2], "0-2/*");
    equal(
      (await get(rest, "/things?id=gt.0&order=id", { range: "1-1" }))[2],
      "1-1/*",
    );
    const head = await rest.send("HEAD /things?id=gt.0&order=id");
    equal(head.headers.get("content-range"), "0-2/*");
  }
});

Deno.test("restHandler() tells that a page was cut by the values of the request", async () => {
  await using rest = await app();
  const warned = async (target: string) =>
    (await rest.send(`GET ${target}`)).headers.has("warning");

  equal(await warned("/things?id=gt.0"), true);
  equal(await warned("/things?id=gt.3"), false);
  equal(await warned("/things?id=gt.2"), true);
  equal(await warned("/makers?id=eq.1&select=things(name)"), false);
  equal(await warned("/makers?id=eq.2&select=things(name)"), true);
});

Deno.test("restHandler() sees a changed definition in a shape that it knows", async () => {
  await using rest = await app();
  deepEqual((await get(rest, "/makers?id=eq.1"))[1], [{ id: 1, name: "a" }]);

  await rest.run("ALTER TABLE makers ADD COLUMN city text");

  deepEqual((await get(rest, "/makers?id=eq.1"))[1], [
    { id: 1, name: "a", city: null },
  ]);
  await rest.run("ALTER TABLE makers RENAME TO builders");
  equal((await get(rest, "/makers?id=eq.1"))[0], 404);
});

Deno.test("restHandler() tells where a page is in one spelling", async () => {
  await using rest = await app();
  const location = async (target: string) =>
    (await rest.send(`GET ${target}`)).headers.get("content-location");

  equal(await location("/things"), "/rest/v1/things");
  equal(await location("/things?&"), "/rest/v1/things");
  equal(
    await location("/things?select=id,n:name&id=gt.1&id=lt.3&apikey="),
    "/rest/v1/things?apikey=&id=gt.1&id=lt.3&select=id%2Cn%3Aname",
  );
  equal(
    await location("/things?select=id%2Cn%3aname&name=eq.%C3%A9+x%3D&id=gt.1"),
    "/rest/v1/things?id=gt.1&name=eq.%C3%A9%20x%3D&select=id%2Cn%3Aname",
  );
  equal(
    await location("/things?name=eq.a=b"),
    "/rest/v1/things?name=eq.a%3Db",
  );
});

Deno.test("restHandler() refuses a bad value in a shape that it knows", async () => {
  await using rest = await app();
  equal((await get(rest, "/things?id=eq.1"))[0], 200);

  const [status, body] = await get(rest, "/things?id=eq.one");

  equal(status, 400);
  equal((body as { code: string }).code, "22P02");
  equal((await get(rest, "/things?id=eq.2"))[0], 200);
});

const ends: Readonly<Record<string, string>> = {
  "by a statement": "DELETE FROM auth._auth_users",
  "in a transaction of several statements":
    "BEGIN; SELECT 1; DELETE FROM auth._auth_users; COMMIT",
  "with all others": "TRUNCATE auth._auth_users CASCADE",
  "by a ban": "UPDATE auth._auth_users SET banned_until = 'infinity'",
};
for (const [how, sql] of Object.entries(ends)) {
  Deno.test(`restHandler() refuses a token at once when its user goes ${how}`, async () => {
    await using rest = await app();
    await rest.run(
      `INSERT INTO auth._auth_users (id, created_at, updated_at) VALUES ('${ada}', now(), now())`,
    );
    const token = await rest.sign({ role: "authenticated", sub: ada });
    const ask = async () =>
      (await rest.send("GET /things?id=eq.1", { token })).status;
    deepEqual([await ask(), await ask()], [200, 200]);

    await rest.run(sql);

    equal(await ask(), 401);
    equal(await ask(), 401);
  });
}
