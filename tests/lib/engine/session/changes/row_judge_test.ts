import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import {
  EngineError,
  type Identity,
} from "../../../../../lib/engine/engine.ts";
import type { RowChange } from "../../../../../lib/engine/change_feed.ts";
import { type RestApp, restApp } from "../../../../support/rest_app.ts";

const ada = "6f0b2c6e-53a8-4a86-9f0a-0b1a5c9f5d3e";
const bob = "0d5a7c1e-7b0e-4f7e-8d11-2f6f0d3b9c55";

const identities: Record<string, Identity> = {
  ada: {
    role: "authenticated",
    claims: {
      sub: ada,
      role: "authenticated",
      email: "ada@x.test",
      "app_metadata": { team: 7 },
    },
  },
  bob: {
    role: "authenticated",
    claims: { sub: bob, role: "authenticated", email: "bob@x.test" },
  },
  nobody: { role: "anon", claims: { role: "anon" } },
  service: { role: "service_role", claims: { role: "service_role" } },
};

const table = `
  CREATE TABLE notes (
    id int PRIMARY KEY, owner uuid, body text, pub boolean, team int, kind varchar(9), price numeric(8,2),
    at timestamptz DEFAULT '2026-01-01', tags text[], doc jsonb, raw bytea
  );
  CREATE TABLE members (team int, who uuid);
  INSERT INTO members VALUES (7, '${ada}'), (8, '${bob}');
  GRANT SELECT ON members, notes TO anon, authenticated, service_role;
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE FUNCTION mine(whose uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT whose = auth.uid()';
`;

const rows =
  `INSERT INTO notes (id, owner, body, pub, team, kind, price, tags, doc, raw) VALUES
  (1, '${ada}', 'ada@x.test', true, 7, 'a', 1.50, '{x,y}', '{"k": 1}', '\\x01'),
  (2, '${bob}', 'bob@x.test', false, 8, 'b', 20, '{}', '[]', NULL),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, '${ada}', 'O''Hara \\ "q"', false, 8, 'a', 0, '{"a b"}', '"s"', '\\xff')`;

/** What policies people write; each is compared with what a SELECT gives. */
const policies: readonly (readonly string[])[] = [
  [],
  ["FOR SELECT USING (true)"],
  ["FOR SELECT USING (false)"],
  ["TO authenticated USING (owner = auth.uid())"],
  ["FOR SELECT USING ((SELECT auth.uid()) = owner)"],
  ["FOR SELECT USING (notes.owner = auth.uid() AND pub)"],
  ["FOR SELECT USING (public.notes.owner = auth.uid())"],
  ["FOR SELECT USING (auth.uid()::text = owner::text)"],
  ["FOR SELECT USING (body = auth.email())"],
  ["FOR SELECT USING (body = auth.jwt() ->> 'email')"],
  ["FOR SELECT USING (body = current_setting('jwt.email', true))"],
  ["FOR SELECT USING (team = (auth.jwt() -> 'app_metadata' ->> 'team')::int)"],
  ["FOR SELECT USING (team = (auth.jwt() -> 'app_metadata' ->> 'team')::float8)"],
  ["FOR SELECT USING (kind = 'a')"],
  ["FOR SELECT USING (price = 1.5)"],
  ["FOR SELECT USING (price > 1 OR pub)"],
  ["FOR SELECT USING (NOT pub)"],
  ["FOR SELECT USING (pub IS NULL)"],
  ["FOR SELECT USING (auth.role() = 'authenticated')"],
  ["FOR SELECT USING (auth.uid() IS NOT NULL AND kind = 'a')"],
  ["FOR SELECT USING (mine(owner))"],
  ["FOR SELECT USING (owner IN (auth.uid(), NULL))"],
  ["FOR SELECT USING (EXISTS (SELECT 1 FROM members m WHERE m.team = notes.team AND m.who = auth.uid()))"],
  ["FOR SELECT USING (team IN (SELECT m.team FROM members m WHERE m.who = auth.uid()))"],
  ["FOR SELECT USING (tags @> ARRAY['x'] OR doc @> '{\"k\": 1}' OR raw = '\\xff')"],
  ["FOR SELECT USING (at < now())"],
  ["FOR INSERT WITH CHECK (true)"],
  ["FOR SELECT USING (owner = auth.uid())", "FOR SELECT USING (pub)"],
  ["FOR SELECT USING (kind = 'a')", "AS RESTRICTIVE FOR SELECT USING (pub)"],
  [
    "FOR SELECT USING (true)",
    "AS RESTRICTIVE FOR SELECT TO authenticated USING (owner = auth.uid())",
  ],
  ["AS RESTRICTIVE FOR SELECT USING (true)"],
  ["FOR SELECT USING (current_user = 'anon')"],
];

async function withRows(app: RestApp): Promise<readonly RowChange[]> {
  const told = Promise.withResolvers<readonly RowChange[]>();
  const stop = app.engine.changes.subscribe(
    ({ changes }) => told.resolve(changes),
    ({ name }) => name === "notes",
  );
  await app.run(rows);
  stop();
  return await told.promise;
}

Deno.test("judge() sees what SELECT sees, whatever the policies", async (t) => {
  await using app = await restApp();
  await app.run(table);
  const changes = await withRows(app);
  const images = changes.map(({ after }) => after ?? []);
  for (const texts of policies) {
    await t.step(texts.join("; ") || "none", async () => {
      await app.run(
        texts.map((text, i) => `CREATE POLICY p${i} ON notes ${text};`).join(
          "\n",
        ),
      );
      const { changeReader } = app.engine;
      const notes = changeReader.read(changes[0]!.relation);
      for (const [name, identity] of Object.entries(identities)) {
        const { rows: seen } = await app.engine.session(identity).query(
          "SELECT id FROM notes ORDER BY id",
        );
        const wanted = images.map(([id]) => seen.some(([each]) => each === id));
        // Twice: what was found out of the claims the first time is known the second time.
        for (const _ of [1, 2]) {
          deepEqual(
            await changeReader.judge(notes, identity, images),
            wanted,
            name,
          );
        }
      }
      await app.run(
        texts.map((_, i) => `DROP POLICY p${i} ON notes;`).join("\n"),
      );
    });
  }
});

Deno.test("test() asks nothing of the database when policies compare columns with claims", async () => {
  await using app = await restApp();
  await app.run(
    `${table} CREATE POLICY own ON notes USING (owner = (SELECT auth.uid()) AND kind = 'a')`,
  );
  const images = (await withRows(app)).map(({ after }) => after ?? []);
  const { changeReader } = app.engine;
  const notes = changeReader.find("public", "notes")!;
  const { ada } = identities as { ada: Identity };
  await changeReader.test(notes, ada);
  const { statements } = app.engine.stats();

  const test = changeReader.test(notes, ada);

  ok(typeof test === "function");
  deepEqual(images.map(test), [true, false, false, true]);
  equal(app.engine.stats().statements, statements);
});

Deno.test("judge() fails when a policy fails", async () => {
  await using app = await restApp();
  await app.run(
    `${table} CREATE POLICY odd ON notes USING (team = body::int)`,
  );
  const images = (await withRows(app)).map(({ after }) => after ?? []);
  const { changeReader } = app.engine;
  const notes = changeReader.find("public", "notes")!;

  await rejects(
    async () =>
      await changeReader.judge(notes, identities["bob"] as Identity, images),
    (error) => error instanceof EngineError && error.sqlState === "22P02",
  );
});

Deno.test("judge() asks the policies as they are now about rows of an older table", async () => {
  await using app = await restApp();
  await app.run(`${table} CREATE POLICY a ON notes USING (true)`);
  const changes = await withRows(app);
  const images = changes.map(({ after }) => after ?? []);
  await app.run(`
    DROP POLICY a ON notes;
    ALTER TABLE notes DROP COLUMN body, ADD COLUMN more text;
    CREATE POLICY b ON notes USING (kind = 'b' OR more = 'x');
  `);
  const { changeReader } = app.engine;
  const notes = changeReader.read(changes[0]!.relation);

  deepEqual(
    await changeReader.judge(notes, identities["ada"] as Identity, images),
    [false, true, false, false],
  );
});

Deno.test("judge() asks the policies of INSERT with the settings that are given", async () => {
  await using app = await restApp();
  await app.run(`
    CREATE TABLE posts (topic text, who uuid);
    ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
    CREATE POLICY a ON posts FOR INSERT WITH CHECK (topic = current_setting('a.topic', true));
    CREATE POLICY b ON posts FOR SELECT USING (false);
  `);
  const { changeReader } = app.engine;
  const posts = changeReader.find("public", "posts")!;
  const ask = (topic: string) =>
    changeReader.judge(posts, identities["ada"] as Identity, [["one", null]], {
      command: "insert",
      settings: { "a.topic": topic },
    });

  deepEqual(await ask("one"), [true]);
  deepEqual(await ask("two"), [false]);
});

Deno.test("readable() gives the columns that a role may select", async () => {
  await using app = await restApp();
  await app.run(`
    CREATE TABLE t (a int, b int, c int);
    REVOKE ALL ON t FROM anon;
    GRANT SELECT (a, c) ON t TO anon;
    CREATE SCHEMA hidden;
    CREATE TABLE hidden.u (a int);
    GRANT SELECT ON hidden.u TO anon;
  `);
  const { changeReader } = app.engine;
  const t = changeReader.find("public", "t")!;
  const u = changeReader.find("hidden", "u")!;

  deepEqual([...changeReader.readable(t, "anon")], [0, 2]);
  deepEqual([...changeReader.readable(t, "authenticated")], [0, 1, 2]);
  deepEqual([...changeReader.readable(u, "anon")], []);
  deepEqual([...changeReader.readable(t, "no such role")], []);
});
