import { deepEqual, equal, ok } from "node:assert/strict";
import postgres from "postgres";
import { loadPicture } from "../../../../lib/rest/schema/load_picture.ts";
import type {
  ExposedSchema,
  SchemaPicture,
} from "../../../../lib/rest/schema/picture.ts";
import { startPostgresql } from "../../../../scripts/postgresql_server.ts";
import { fixture, line, plain, queryable, restDatabase } from "./support.ts";

const exposed = ["api", "Order", "missing"];

function api(picture: SchemaPicture): ExposedSchema {
  const schema = picture.schemas.get("api");
  ok(schema);
  return schema;
}

Deno.test("loadPicture() on PostgreSQL", async (t) => {
  await using server = await startPostgresql();
  const { host, port, user } = server;
  const sql = postgres({
    host,
    port,
    user,
    database: "postgres",
    max: 1,
    onnotice: () => {},
  });
  try {
    await t.step("shows the same as here", async () => {
      await using db = await restDatabase(await fixture());
      await sql.unsafe(await fixture());
      const theirs = await loadPicture(queryable(sql), exposed);
      const ours = await loadPicture(db.session, exposed);
      ok(api(ours).relations.size > 15);
      deepEqual(plain(ours), plain(theirs));
    });
    await t.step(
      "shows the parent of partitions, no trigger, aggregate or procedure",
      async () => {
        await sql.unsafe(`
        CREATE TABLE kinds (id int PRIMARY KEY);
        CREATE TABLE events (at int, kind int REFERENCES kinds (id), PRIMARY KEY (at)) PARTITION BY RANGE (at);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
        CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT';
        CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
        CREATE FUNCTION spans() RETURNS int4multirange LANGUAGE sql AS $$SELECT '{}'::int4multirange$$;
      `);
        const picture = await loadPicture(queryable(sql), ["public"]);
        const schema = picture.schemas.get("public");
        deepEqual([...schema?.relations.keys() ?? []], ["events", "kinds"]);
        deepEqual([...schema?.functions.keys() ?? []], ["spans"]);
        deepEqual(schema?.relationships.get("kinds")?.map(line), [
          "kinds -> events one-to-many events_kind_fkey id=kind",
        ]);
      },
    );
  } finally {
    await sql.end();
  }
});

Deno.test("loadPicture()", async (t) => {
  await using db = await restDatabase(await fixture());
  const picture = await loadPicture(db.session, exposed);
  const { relations, functions, relationships, comment } = api(picture);
  const lines = (name: string, to?: string) =>
    relationships.get(name)?.filter((each) =>
      to === undefined || each.to.name === to
    ).map(line);

  await t.step("keeps the order of the schemas, a missing one empty", () => {
    deepEqual([...picture.schemas.keys()], exposed);
    equal(picture.schemas.get("missing")?.relations.size, 0);
    equal(comment, "the interface");
  });

  await t.step("describes types of columns", () => {
    const columns = relations.get("clients")?.columns;
    deepEqual(
      [...columns?.values() ?? []].map((each) => [
        each.name,
        each.type,
        each.castType,
        each.baseType,
        each.typeKind,
        each.nullable,
        each.generated,
        each.maxLength,
        each.enumValues,
      ]),
      // deno-fmt-ignore -- one line each
      [
        ["id", "integer", "integer", "int4", "b", false, true, undefined, undefined],
        ["name", "character varying(20)", "character varying", "varchar", "b", false, false, 20, undefined],
        ["code", "character(3)", "bpchar", "bpchar", "b", true, false, 3, undefined],
        ["mood", "api.mood", "api.mood", "mood", "e", true, false, undefined, ["low", "high"]],
        ["other mood", '"Order"."Mood"[]', '"Order"."Mood"[]', "_Mood", "a", true, false, undefined, undefined],
        ["mail", "api.work_email", "api.work_email", "varchar", "d", false, false, 40, undefined],
        ["tags", "text[]", "text[]", "_text", "a", true, false, undefined, undefined],
        ["rate", "numeric(10,2)", "numeric", "numeric", "b", true, false, undefined, undefined],
        ["made", "timestamp with time zone", "timestamp with time zone", "timestamptz", "b", true, false, undefined, undefined],
        ["doc", "jsonb", "jsonb", "jsonb", "b", true, false, undefined, undefined],
        ["size", "bigint", "bigint", "int8", "b", true, true, undefined, undefined],
      ],
    );
    equal(columns?.get("rate")?.default, "1.5");
    equal(columns?.get("size")?.default, undefined);
    equal(columns?.get("name")?.comment, "legal name");
    equal(relations.get("clients")?.comment, "who pays");
  });

  await t.step("gives views the primary key of the table they show", () => {
    deepEqual(relations.get("assignments")?.primaryKey, [
      "project_id",
      "person_id",
    ]);
    deepEqual(relations.get("entries")?.primaryKey, ["entry_id"]);
    deepEqual(relations.get("entries_again")?.primaryKey, ["entry_id"]);
    deepEqual(relations.get("{odd} names")?.primaryKey, ["i{d"]);
    deepEqual(relations.get("both")?.primaryKey, []);
  });

  await t.step("tells what can be changed", () => {
    const changes = (name: string) => {
      const each = relations.get(name);
      return [each?.kind, each?.insertable, each?.updatable, each?.deletable];
    };
    deepEqual(changes("clients"), ["table", true, true, true]);
    deepEqual(changes("named"), ["view", true, true, true]);
    deepEqual(changes("both"), ["view", false, false, false]);
    deepEqual(changes("snapshot"), ["materialized view", false, false, false]);
    equal(relations.get("projects")?.rowSecurity, true);
    equal(relations.get("clients")?.rowSecurity, false);
  });

  await t.step("never shows the auth server's tables", () => {
    equal(relations.has("_auth_users"), false);
  });

  await t.step("finds many-to-one, one-to-many, one-to-one", () => {
    deepEqual(lines("projects", "clients"), [
      "projects -> clients many-to-one payer payer_id=id",
      "projects -> clients many-to-one projects_client_id_fkey client_id=id",
    ]);
    deepEqual(lines("clients", "projects"), [
      "clients -> projects one-to-many payer id=payer_id",
      "clients -> projects one-to-many projects_client_id_fkey id=client_id",
    ]);
    deepEqual(lines("details", "projects"), [
      "details -> projects one-to-one details_project_id_fkey project_id=id",
    ]);
    deepEqual(lines("projects", "permits"), [
      "projects -> permits one-to-one permits_project_id_fkey id=project_id",
    ]);
  });

  await t.step("finds many-to-many only where the key holds both", () => {
    deepEqual(
      relationships.get("people")?.filter(({ to, junction }) =>
        to.name === "projects" && junction !== undefined
      ).map(({ junction, constraint }) => [
        constraint,
        junction?.relation.name,
        junction?.fromColumns,
        junction?.toColumns,
      ]),
      [[
        "assignments_person_id_fkey and assignments_project_id_fkey",
        "assignments",
        [["person_id", "id"]],
        [["project_id", "id"]],
      ]],
    );
  });

  await t.step("finds a table's relations with itself", () => {
    deepEqual(lines("people", "people"), [
      "people -> people many-to-one people_boss_id_fkey boss_id=id",
      "people -> people one-to-many people_boss_id_fkey id=boss_id",
      "people -> people many-to-one people_mentor_id_fkey mentor_id=id",
      "people -> people one-to-many people_mentor_id_fkey id=mentor_id",
    ]);
  });

  await t.step("pairs the columns of composite keys", () => {
    deepEqual(lines("lines"), [
      "lines -> sheets many-to-one lines_sheet sheet_year=year,sheet_week=week",
    ]);
  });

  await t.step(
    "lets views inherit, also from tables that are not exposed",
    () => {
      deepEqual(lines("entries", "accounts"), [
        "entries -> accounts many-to-one entries_account_id_fkey account=id",
      ]);
      deepEqual(lines("nested", "clients"), [
        "nested -> clients many-to-one projects_client_id_fkey cid=id",
      ]);
      deepEqual(lines("both"), undefined);
      deepEqual(lines("people", "snapshot")?.length, 3);
    },
  );

  await t.step("lets a function override what keys say", () => {
    deepEqual(lines("projects", "details"), [
      "projects -> details one-to-many details()",
    ]);
    deepEqual(
      lines("projects", "people")?.filter((each) => each.endsWith("()")),
      [
        "projects -> people many-to-one lead()",
        "projects -> people one-to-many team()",
      ],
    );
  });

  await t.step("describes functions", () => {
    const described = (name: string) =>
      functions.get(name)?.map(({ returns, volatility, ...each }) => ({
        arguments: each.arguments.map((argument) => [
          argument.name,
          argument.type,
          argument.optional,
          argument.variadic,
        ]),
        returns: returns.kind === "rows"
          ? [
            returns.kind,
            returns.set,
            returns.relation?.name,
            [...returns.columns.keys()],
          ]
          : returns,
        volatility,
      }));
    deepEqual(described("nothing"), [{
      arguments: [],
      returns: { kind: "void" },
      volatility: "volatile",
    }]);
    deepEqual(described("add"), [{
      arguments: [["a", "integer", false, false], [
        "b",
        "integer",
        true,
        false,
      ]],
      returns: {
        kind: "scalar",
        set: false,
        type: "integer",
        baseType: "int4",
      },
      volatility: "immutable",
    }]);
    equal(functions.get("add")?.[0]?.comment, "adds");
    deepEqual(described("numbers"), [{
      arguments: [["v", "integer[]", false, true]],
      returns: { kind: "scalar", set: true, type: "integer", baseType: "int4" },
      volatility: "stable",
    }]);
    deepEqual(described("pair"), [{
      arguments: [["a", "integer", false, false], [
        "b",
        "integer",
        false,
        false,
      ]],
      returns: ["rows", false, undefined, ["b", "c"]],
      volatility: "volatile",
    }]);
    deepEqual(described("one_out")?.[0]?.returns, {
      kind: "scalar",
      set: false,
      type: "text",
      baseType: "text",
    });
    deepEqual(described("rows_of")?.[0]?.returns, [
      "rows",
      true,
      undefined,
      ["x", "y"],
    ]);
    deepEqual(described("hidden_rows")?.[0]?.returns, [
      "rows",
      true,
      undefined,
      ["id", "owner", "secret"],
    ]);
    deepEqual(
      (described("all_clients")?.[0]?.returns as unknown[]).slice(0, 3),
      ["rows", true, "clients"],
    );
  });
});

Deno.test("loadPicture() exposes nothing of the server itself when asked to", async () => {
  await using db = await restDatabase("CREATE TABLE t (a int)");
  const picture = await loadPicture(db.session, [
    "pg_catalog",
    "information_schema",
    "pg_toast",
  ]);
  equal(picture.schemas.size, 0);
});

Deno.test("loadPicture() takes names of schemas as values and not as SQL", async () => {
  await using db = await restDatabase(`CREATE SCHEMA "a') OR ('1'='1"`);
  const picture = await loadPicture(db.session, [`a') OR ('1'='1`]);
  deepEqual([...picture.schemas.keys()], [`a') OR ('1'='1`]);
  equal(picture.schemas.get(`a') OR ('1'='1`)?.functions.size, 0);
});
