/** Supabase's whole client, unmodified, against the real program: sign-in and tables together. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type Program, runProgram, startProgram } from "../support/program.ts";
import { psql } from "../support/psql.ts";

const schema = `
  CREATE TABLE authors (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
  CREATE TABLE books (
    id serial PRIMARY KEY,
    title text NOT NULL,
    author_id int REFERENCES authors,
    price numeric(8, 2),
    tags text[],
    meta jsonb
  );
  INSERT INTO authors (name) VALUES ('Le Guin'), ('Lem'), ('Nobody');
  INSERT INTO books (title, author_id, price, tags, meta) VALUES
    ('The Dispossessed', 1, 9.5, '{sf,utopia}', '{"pages": 341}'),
    ('The Lathe of Heaven', 1, 7, '{sf}', NULL),
    ('Solaris', 2, 8.25, '{sf,ocean}', '{"pages": 204}'),
    ('Untold', NULL, NULL, NULL, NULL);
  CREATE TABLE notes (
    id serial PRIMARY KEY,
    owner uuid NOT NULL DEFAULT auth.uid(),
    body text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes TO authenticated
    USING (owner = auth.uid()) WITH CHECK (owner = auth.uid());
  CREATE FUNCTION add(a int, b int DEFAULT 10) RETURNS int
    LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
  CREATE FUNCTION books_over(lowest numeric) RETURNS SETOF books
    LANGUAGE sql STABLE AS 'SELECT * FROM books WHERE price > lowest';
`;

/** A client as an application makes it. */
function client({ base }: Program, key: string): SupabaseClient {
  return createClient(base, key, {
    auth: { autoRefreshToken: false, persistSession: false },
  });
}

async function startWithTables(): Promise<{ program: Program; key: string }> {
  const secret = "0123456789abcdef0123456789abcdef";
  const program = await startProgram({ env: { JWT_SECRET: secret } });
  const made = await psql(
    `postgresql://postgres@127.0.0.1:${program.pgPort}/postgres`,
    ["-q", "-v", "ON_ERROR_STOP=1"],
    { input: schema },
  );
  equal(made.stderr, "");
  const { stdout } = await runProgram(["keys", "--json"], {
    JWT_SECRET: secret,
  });
  return { program, key: JSON.parse(stdout).anon };
}

Deno.test("supabase-js does not notice a difference", async (t) => {
  const { program, key } = await startWithTables();
  await using _program = program;
  const supabase = client(program, key);

  await t.step("select with filters, order and range", async () => {
    const { data, error, status } = await supabase.from("books")
      .select("title, price")
      .gte("price", 7.5)
      .order("price", { ascending: false })
      .range(0, 1);
    equal(error, null);
    equal(status, 200);
    deepEqual(data, [
      { title: "The Dispossessed", price: 9.5 },
      { title: "Solaris", price: 8.25 },
    ]);
  });

  await t.step("every kind of filter", async () => {
    const titles = async (
      query: PromiseLike<{ data: unknown; error: unknown }>,
    ) => {
      const { data, error } = await query;
      equal(error, null);
      return (data as { title: string }[]).map(({ title }) => title).sort();
    };
    const books = () => supabase.from("books").select("title");
    deepEqual(await titles(books().eq("title", "Solaris")), ["Solaris"]);
    deepEqual(await titles(books().neq("author_id", 1)), ["Solaris"]);
    deepEqual(await titles(books().in("id", [1, 3])), [
      "Solaris",
      "The Dispossessed",
    ]);
    deepEqual(await titles(books().is("author_id", null)), ["Untold"]);
    deepEqual(await titles(books().ilike("title", "%LATHE%")), [
      "The Lathe of Heaven",
    ]);
    deepEqual(await titles(books().contains("tags", ["ocean"])), ["Solaris"]);
    deepEqual(await titles(books().overlaps("tags", ["ocean", "utopia"])), [
      "Solaris",
      "The Dispossessed",
    ]);
    deepEqual(await titles(books().contains("meta", { pages: 204 })), [
      "Solaris",
    ]);
    deepEqual(await titles(books().textSearch("title", "lathe & heaven")), [
      "The Lathe of Heaven",
    ]);
    deepEqual(await titles(books().not("price", "gt", 7)), [
      "The Lathe of Heaven",
    ]);
    deepEqual(
      await titles(books().or("price.gt.9,and(price.lt.7.5,tags.cs.{sf})")),
      ["The Dispossessed", "The Lathe of Heaven"],
    );
    deepEqual(await titles(books().match({ author_id: 2, price: 8.25 })), [
      "Solaris",
    ]);
    deepEqual(await titles(books().filter("meta->>pages", "eq", "341")), [
      "The Dispossessed",
    ]);
  });

  await t.step("embeds both ways", async () => {
    const { data, error } = await supabase.from("authors")
      .select("name, books(title)")
      .order("id")
      .order("id", { referencedTable: "books" });
    equal(error, null);
    deepEqual(data, [
      {
        name: "Le Guin",
        books: [{ title: "The Dispossessed" }, {
          title: "The Lathe of Heaven",
        }],
      },
      { name: "Lem", books: [{ title: "Solaris" }] },
      { name: "Nobody", books: [] },
    ]);
    const one = await supabase.from("books")
      .select("title, writer:authors!inner(name)")
      .eq("writer.name", "Lem")
      .single();
    deepEqual(one.data, { title: "Solaris", writer: { name: "Lem" } });
    const counted = await supabase.from("authors").select("name, books(count)")
      .eq("id", 1);
    deepEqual(counted.data, [{ name: "Le Guin", books: [{ count: 2 }] }]);
  });

  await t.step("single, maybeSingle, count and head", async () => {
    const many = await supabase.from("books").select().single();
    equal(many.error?.code, "PGRST116");
    equal(many.status, 406);
    const none = await supabase.from("books").select().eq("id", 99)
      .maybeSingle();
    equal(none.data, null);
    equal(none.error, null);
    const counted = await supabase.from("books")
      .select("*", { count: "exact", head: true });
    equal(counted.count, 4);
    equal(counted.data, null);
  });

  await t.step("insert, upsert, update, delete", async () => {
    const inserted = await supabase.from("books")
      .insert({ title: "Eden", author_id: 2, tags: ["sf"], meta: { a: [1] } })
      .select("title, tags, meta, author:authors(name)")
      .single();
    equal(inserted.error, null);
    equal(inserted.status, 201);
    deepEqual(inserted.data, {
      title: "Eden",
      tags: ["sf"],
      meta: { a: [1] },
      author: { name: "Lem" },
    });
    const bulk = await supabase.from("books")
      .insert([{ title: "A" }, { title: "B", price: 1 }], {
        defaultToNull: false,
        count: "exact",
      });
    equal(bulk.error, null);
    equal(bulk.count, 2);
    const upserted = await supabase.from("authors")
      .upsert([{ name: "Lem" }, { name: "Borges" }], {
        onConflict: "name",
        ignoreDuplicates: true,
      })
      .select("name");
    equal(upserted.error, null);
    deepEqual(upserted.data, [{ name: "Borges" }]);
    const merged = await supabase.from("authors")
      .upsert({ id: 3, name: "Somebody" }).select();
    deepEqual(merged.data, [{ id: 3, name: "Somebody" }]);
    equal(merged.status, 200);
    const updated = await supabase.from("books")
      .update({ price: 2 }).in("title", ["A", "B"]).select("title, price")
      .order("title");
    deepEqual(updated.data, [
      { title: "A", price: 2 },
      { title: "B", price: 2 },
    ]);
    const deleted = await supabase.from("books")
      .delete({ count: "exact" }).in("title", ["A", "B", "Eden"]);
    equal(deleted.status, 204);
    equal(deleted.count, 3);
  });

  await t.step("rpc", async () => {
    equal((await supabase.rpc("add", { a: 1, b: 2 })).data, 3);
    equal((await supabase.rpc("add", { a: 1 }, { get: true })).data, 11);
    const rows = await supabase.rpc("books_over", { lowest: 8 })
      .select("title").order("title").limit(1);
    deepEqual(rows.data, [{ title: "Solaris" }]);
  });

  await t.step("csv", async () => {
    const { data } = await supabase.from("authors").select("id, name")
      .lte("id", 2).order("id").csv();
    equal(data, 'id,name\n1,"Le Guin"\n2,Lem');
  });

  await t.step("errors have their codes", async () => {
    const taken = await supabase.from("authors").insert({ name: "Lem" });
    equal(taken.error?.code, "23505");
    equal(taken.status, 409);
    match(
      taken.error?.details ?? "",
      /^Key \(name\)=\(Lem\) already exists\.$/,
    );
    const missing = await supabase.from("boks").select();
    equal(missing.error?.code, "PGRST205");
    match(missing.error?.hint ?? "", /public\.books/);
    const column = await supabase.from("books").select("nope");
    equal(column.error?.code, "42703");
    const relation = await supabase.from("books").select("title, notes(body)");
    equal(relation.error?.code, "PGRST200");
    const call = await supabase.rpc("add", { c: 1 });
    equal(call.error?.code, "PGRST202");
    const parent = await supabase.from("books")
      .insert({ title: "x", author_id: 99 });
    equal(parent.error?.code, "23503");
  });

  await t.step("row policies follow the user who is signed in", async () => {
    const [alice, bob] = [client(program, key), client(program, key)];
    const up = await alice.auth.signUp({
      email: "alice@example.com",
      password: "hunter2!",
    });
    equal(up.error, null);
    await bob.auth.signUp({ email: "bob@example.com", password: "hunter2!" });

    const written = await alice.from("notes").insert({ body: "mine" })
      .select("owner, body").single();
    equal(written.error, null);
    equal(written.data?.owner, up.data.user?.id);
    deepEqual((await bob.from("notes").select()).data, []);
    deepEqual((await supabase.from("notes").select()).data, []);
    equal((await alice.from("notes").select()).data?.length, 1);

    const forged = await bob.from("notes")
      .insert({ body: "forged", owner: up.data.user?.id });
    equal(forged.error?.code, "42501");
    equal(forged.status, 403);
    const nobody = await supabase.from("notes").insert({ body: "x" });
    equal(nobody.status, 401);
    const changed = await bob.from("notes").update({ body: "changed" })
      .eq("body", "mine").select();
    deepEqual(changed.data, []);

    await alice.auth.signOut();
    ok(((await alice.from("notes").select()).data ?? []).length === 0);
  });
});
