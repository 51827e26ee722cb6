import { deepEqual, equal, match } from "node:assert/strict";
import { fixedOid } from "../../../lib/sql/catalog/catalog.ts";
import { SqlError } from "../../../lib/sql/error.ts";
import { ownerRole, type TableSpec } from "../../support/fake_catalog.ts";
import {
  failure,
  type SqlStage,
  withSqlStage,
} from "../../support/sql_stage.ts";

const { anon, authenticated, serviceRole, postgres } = fixedOid;
const all = { [anon]: "arwd", [authenticated]: "arwd", [serviceRole]: "arwd" };
const settings = { "app.user": "ada" };
const mine = "owner = current_setting('app.user', true)";

const roles: Readonly<Record<string, number>> = {
  anon,
  authenticated,
  "service_role": serviceRole,
  own: ownerRole,
  postgres,
};

/** Rows of the answer, a count with the tables afterwards, or an error of PostgreSQL 15. */
type Answer =
  | string
  | (string | null)[][]
  | {
    readonly rows?: (string | null)[][];
    readonly count?: number;
    readonly after: (string | null)[][][];
  };

interface Scenario {
  readonly title: string;
  readonly tables: readonly TableSpec[];
  readonly data: readonly string[];
  readonly roles: Readonly<
    Record<string, readonly (readonly [string, Answer])[]>
  >;
}

function answer(
  stage: SqlStage,
  tables: readonly TableSpec[],
  sql: string,
  role: number,
): Answer {
  stage.raw("SAVEPOINT one");
  try {
    const { plan, rows, count } = stage.run(sql, { role, settings });
    if (/^(select|table)/.test(sql)) return rows;
    const after = tables.filter(({ view }) => view === undefined).map((
      { name },
    ) => stage.run(`SELECT * FROM ${name} ORDER BY 1`).rows);
    return plan.columns === null ? { count, after } : { rows, after };
  } catch (error) {
    if (error instanceof SqlError) return `${error.sqlState}: ${error.message}`;
    throw error;
  } finally {
    stage.raw("ROLLBACK TO one");
    stage.raw("RELEASE one");
  }
}

Deno.test("row policies let through and refuse what PostgreSQL 15 does", async (t) => {
  const scenarios: readonly Scenario[] = JSON.parse(
    await Deno.readTextFile(
      new URL("../../corpora/row_security_cases.json", import.meta.url),
    ),
  );
  for (const { title, tables, data, roles: byRole } of scenarios) {
    await t.step(title, async () => {
      await withSqlStage(tables, (stage) => {
        for (const sql of data) stage.run(sql);
        for (const [name, cases] of Object.entries(byRole)) {
          for (const [sql, expected] of cases) {
            deepEqual(
              answer(stage, tables, sql, roles[name] ?? 0),
              expected,
              `${name}: ${sql}`,
            );
          }
        }
      });
    });
  }
});

/** Dividing by the `n` of a row that is hidden would tell of it. */
const note: TableSpec = {
  name: "note",
  columns: ["id int4 not null", "owner text", "body text", "n int4"],
  primaryKey: ["id"],
  owner: ownerRole,
  security: true,
  grants: all,
  policies: [{ using: mine }],
};
const friend: TableSpec = {
  name: "friend",
  columns: ["can int4 not null", "who text not null"],
  grants: all,
};
const byFriend: TableSpec = {
  ...note,
  policies: [{
    using:
      "EXISTS (SELECT 1 FROM friend AS f WHERE f.can = note.id AND f.who = current_setting('app.user', true))",
  }],
};
const view = (more: Partial<TableSpec>): TableSpec => ({
  name: "v",
  columns: ["id int4", "n int4"],
  view: "SELECT id, n FROM note",
  grants: all,
  ...more,
});

const rowsOfNote =
  "INSERT INTO note VALUES (1,'ada','a',1),(2,'bob','b',0),(3,'ada','c',2),(4,null,'d',0)";

const attempts: readonly string[] = [
  "SELECT id FROM note WHERE 1 / n > 0",
  "SELECT id FROM note WHERE 1 / n > 0 AND id > 0 AND body <> ''",
  "SELECT id FROM note WHERE id = 2 AND 1 / n > 0",
  "SELECT id FROM note WHERE CASE WHEN true THEN 1 / n > 0 END",
  "SELECT 1 / n AS x FROM note ORDER BY 1",
  "SELECT count(*) FROM note GROUP BY 1 / n",
  "SELECT owner FROM note GROUP BY owner, n HAVING 1 / n > 0",
  "SELECT n FROM note GROUP BY n HAVING 1 / n >= 0",
  "SELECT max(1 / n) FROM note",
  "SELECT sum(id) FILTER (WHERE 1 / n > 0) FROM note",
  "SELECT id FROM note ORDER BY 1 / n",
  "SELECT DISTINCT ON (1 / n) id FROM note",
  "SELECT id FROM (SELECT id, n FROM note) AS s WHERE 1 / n > 0",
  "SELECT id FROM (SELECT id, 1 / n AS x FROM note) AS s WHERE x > 0",
  "SELECT id FROM (SELECT id, n FROM note UNION ALL SELECT id, n FROM note) AS s WHERE 1 / n > 0",
  "SELECT id FROM (SELECT * FROM (SELECT id, n FROM note) AS r) AS s WHERE 1 / n > 0",
  "WITH w AS (SELECT * FROM note) SELECT id FROM w WHERE 1 / n > 0",
  "WITH w AS NOT MATERIALIZED (SELECT * FROM note) SELECT id FROM w WHERE 1 / n > 0",
  "SELECT a.id FROM note AS a JOIN note AS b ON 1 / a.n = 1 / b.n",
  "SELECT a.id, b.id FROM note AS a LEFT JOIN note AS b ON 1 / a.n = b.id",
  "SELECT a.id, b.id FROM note AS a LEFT JOIN note AS b ON 1 / b.n = a.id",
  "SELECT a.id, b.id FROM note AS a RIGHT JOIN note AS b ON 1 / a.n = b.id",
  "SELECT a.id, b.id FROM note AS a FULL JOIN note AS b ON 1 / b.n = 1 / a.n",
  "SELECT x.i FROM (VALUES (1), (2)) AS x (i) LEFT JOIN note AS n ON n.id = x.i AND 1 / n.n > 0",
  "SELECT x.i FROM (VALUES (1), (2)) AS x (i) LEFT JOIN note AS n ON n.id = x.i WHERE 1 / n.n > 0",
  "SELECT x.i FROM (VALUES (1), (2)) AS x (i) LEFT JOIN (note AS n JOIN friend AS f ON f.can = n.id) ON 1 / n.n > 0",
  "SELECT x.i FROM (VALUES (1), (2)) AS x (i) WHERE x.i IN (SELECT 1 / n FROM note)",
  "SELECT x.i FROM (VALUES (1), (2)) AS x (i) WHERE EXISTS (SELECT 1 FROM note AS n WHERE n.id = x.i AND 1 / n.n > 0)",
  "SELECT id FROM note WHERE EXISTS (SELECT 1 WHERE 1 / note.n > 0)",
  "SELECT id FROM note, LATERAL (SELECT 1 / note.n AS x) AS l",
  "SELECT id, (SELECT 1 / n) FROM note",
  "UPDATE note SET body = 'x' WHERE 1 / n > 0",
  "UPDATE note SET n = 1 / n",
  "UPDATE note SET body = f.who FROM friend AS f WHERE 1 / note.n > 0",
  "UPDATE friend SET who = 'x' FROM note WHERE 1 / note.n > 0",
  "DELETE FROM note WHERE 1 / n > 0",
  "DELETE FROM note USING friend AS f WHERE 1 / note.n > 0",
  "DELETE FROM friend USING note WHERE 1 / note.n > 0",
  "INSERT INTO friend SELECT 1 / n, 'x' FROM note",
  "WITH w AS (UPDATE note SET n = 1 / n + 1 RETURNING 1 / n AS x) SELECT * FROM w WHERE x > 0",
  "WITH w AS (DELETE FROM note WHERE 1 / n > 0 RETURNING id) SELECT * FROM w",
  "MERGE INTO note USING friend AS f ON f.can = 1 AND 1 / note.n = 1 WHEN MATCHED THEN UPDATE SET body = 'x'",
];

Deno.test("a statement's own conditions are never evaluated for hidden rows", async (t) => {
  for (
    const [title, own] of [["column", note], ["sub-query", byFriend]] as const
  ) {
    await t.step(title, async () => {
      await withSqlStage([friend, own], (stage) => {
        stage.run(
          "INSERT INTO friend VALUES (1, 'ada'), (3, 'ada'), (2, 'bob')",
        );
        stage.run(rowsOfNote);
        for (const sql of attempts) {
          stage.raw("SAVEPOINT one");
          equal(
            failure(() => stage.run(sql, { role: anon, settings })),
            "no error",
            sql,
          );
          // The same does fail for whoever sees the rows, so that the attempt means something.
          stage.raw("ROLLBACK TO one");
          if (!/^SELECT x\.i|friend|FILTER/i.test(sql)) {
            match(
              failure(() => stage.run(sql, { settings })),
              /^22012/,
              sql,
            );
            stage.raw("ROLLBACK TO one");
          }
          stage.raw("RELEASE one");
        }
      });
    });
  }
});

Deno.test("conditions on views are not evaluated for rows their tables hide", async (t) => {
  const kinds: readonly (readonly [string, Partial<TableSpec>])[] = [
    ["invoker", { invoker: true }],
    ["owner without rights above policies", { owner: authenticated }],
    ["barrier", {
      barrier: true,
      view: "SELECT id, n FROM note WHERE n <> 0",
    }],
  ];
  for (const [title, more] of kinds) {
    await t.step(title, async () => {
      await withSqlStage([note, view(more)], (stage) => {
        stage.run(rowsOfNote);
        for (
          const sql of [
            "SELECT id FROM v WHERE 1 / n > 0",
            "SELECT id FROM v WHERE id = 2 AND 1 / n > 0",
            "SELECT n FROM v GROUP BY n HAVING 1 / n >= 0",
            "SELECT a.id FROM v AS a JOIN v AS b ON 1 / a.n = 1 / b.n",
            "WITH w AS (SELECT * FROM v) SELECT id FROM w WHERE 1 / n > 0",
          ]
        ) {
          equal(
            failure(() => stage.run(sql, { role: anon, settings })),
            "no error",
            sql,
          );
        }
      });
    });
  }
});

Deno.test("conditions that leak nothing still find rows by index under policies", async () => {
  await withSqlStage([friend, note, view({ invoker: true })], (stage) => {
    const options = { role: anon, settings };
    for (
      const sql of [
        "SELECT * FROM note WHERE id = $1",
        "SELECT * FROM note WHERE id = $1 AND 1 / n > 0",
        "UPDATE note SET body = 'x' WHERE id = $1",
        "DELETE FROM note WHERE id = $1",
        "SELECT * FROM v WHERE id = $1",
        "SELECT * FROM v WHERE id = $1 AND 1 / n > 0",
        "SELECT n.id FROM friend AS f JOIN note AS n ON n.id = f.can",
      ]
    ) {
      match(
        stage.explain(sql, options),
        /USING (COVERING )?INDEX note_pkey/,
        sql,
      );
    }
  });
});

Deno.test("claims and roles are bound, never part of the text", async () => {
  await withSqlStage([note], (stage) => {
    const evil = { "app.user": "x' OR '1'='1" };
    stage.run(rowsOfNote);
    deepEqual(
      stage.run("SELECT id FROM note", { role: anon, settings: evil }).rows,
      [],
    );
    const plan = stage.compile("SELECT id FROM note", {
      role: anon,
      settings: evil,
    });
    equal(JSON.stringify(plan).includes("1'='1"), false);
    deepEqual(plan.steps[0]?.slots, [{
      from: "session",
      value: { name: "setting", setting: "app.user", missingOk: true },
    }]);
  });
});

Deno.test("row_security off makes a policy an error instead of a filter", async () => {
  const forced: TableSpec = { ...note, name: "forced", security: "force" };
  await withSqlStage([note, forced], (stage) => {
    const off = (sql: string, role: number) =>
      failure(() => stage.compile(sql, { role, rowSecurity: false }));
    const refused = (name: string) =>
      `42501: query would be affected by row-level security policy for table "${name}"`;
    equal(off("SELECT * FROM note", anon), refused("note"));
    equal(off("INSERT INTO note VALUES (1)", anon), refused("note"));
    equal(off("SELECT * FROM note", ownerRole), "no error");
    equal(off("SELECT * FROM forced", ownerRole), refused("forced"));
    equal(off("SELECT * FROM note", serviceRole), "no error");
    equal(off("SELECT * FROM note", postgres), "no error");
  });
});

Deno.test("members of a role are under its policies and above what it owns", async () => {
  await withSqlStage([{
    ...note,
    policies: [{ using: "id = 1", to: [authenticated] }],
  }], (stage) => {
    const member = (role: number, of: number, inherit: boolean) => {
      const found = stage.catalog.role(anon);
      if (found === undefined) throw new TypeError("No role anon");
      stage.catalog = stage.catalog.with("role", {
        ...found,
        oid: role,
        name: `r${role}`,
        inherit,
        memberOf: [{ role: of, admin: false }, { role: anon, admin: false }],
      });
    };
    member(19_100, authenticated, true);
    member(19_101, authenticated, false);
    member(19_102, ownerRole, true);
    stage.run(rowsOfNote);
    const count = (role: number) => {
      const fail = failure(() => stage.run("SELECT * FROM note", { role }));
      return fail === "no error"
        ? stage.run("SELECT * FROM note", { role }).rows.length
        : fail;
    };
    equal(count(19_100), 1);
    equal(count(19_101), "42501: permission denied for table note");
    equal(count(19_102), 4);
  });
});

Deno.test("a policy may not lead back to its own table", async () => {
  await withSqlStage([
    {
      name: "a",
      columns: ["id int4"],
      security: true,
      grants: all,
      policies: [{ using: "true" }],
    },
    {
      name: "b",
      columns: ["id int4"],
      security: true,
      grants: all,
      policies: [{ using: "id IN (SELECT id FROM c)" }],
    },
    {
      name: "c",
      columns: ["id int4"],
      security: true,
      grants: all,
      policies: [{ using: "id IN (SELECT id FROM b)" }],
    },
  ], (stage) => {
    equal(
      failure(() => stage.compile("SELECT * FROM b", { role: anon })),
      '42P17: infinite recursion detected in policy for relation "b"',
    );
    equal(
      failure(() => stage.compile("SELECT * FROM a", { role: anon })),
      "no error",
    );
  });
});
