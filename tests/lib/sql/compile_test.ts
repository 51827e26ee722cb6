import { deepEqual, equal, match, ok } from "node:assert/strict";
import { compile, compileQuery } from "../../../lib/sql/compile.ts";
import { fixedOid } from "../../../lib/sql/catalog/catalog.ts";
import { SqlError } from "../../../lib/sql/error.ts";
import { parse } from "../../../lib/sql/parse.ts";
import { oid } from "../../../lib/sql/types/type.ts";
import { fakeCatalog, type TableSpec } from "../../support/fake_catalog.ts";
import {
  failure,
  type SqlStage,
  withSqlStage,
} from "../../support/sql_stage.ts";

const tables: readonly TableSpec[] = [
  {
    name: "t",
    columns: ["id int4 not null", "a text", "b int4", "n numeric"],
    primaryKey: ["id"],
  },
  { name: "u", columns: ["id int4 not null", "x text"], primaryKey: ["id"] },
];

/** An answer of PostgreSQL 15: rows, a count, or an error as `state: message @position D:detail H:hint`. */
type Answer =
  | string
  | { readonly columns: string[]; readonly rows: (string | null)[][] }
  | { readonly count: number };

interface Group {
  readonly tables: readonly TableSpec[];
  readonly cases: readonly (readonly [string, Answer])[];
}

function answer(stage: SqlStage, sql: string): Answer {
  try {
    const { plan, rows, count } = stage.run(sql);
    return plan.columns === null ? { count } : {
      columns: plan.columns.map(({ name, type }) => `${name}:${type}`),
      rows,
    };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { position, detail, hint } = error.fields;
    return `${error.sqlState}: ${error.message}` +
      (position === undefined ? "" : ` @${position}`) +
      (detail === undefined ? "" : ` D:${detail}`) +
      (hint === undefined ? "" : ` H:${hint}`);
  }
}

Deno.test("compile() makes plans that answer as PostgreSQL 15 does", async (t) => {
  const groups: readonly Group[] = JSON.parse(
    await Deno.readTextFile(
      new URL("../../corpora/query_cases.json", import.meta.url),
    ),
  );
  for (const [index, { tables: own, cases }] of groups.entries()) {
    await t.step(`group ${index + 1}`, async () => {
      await withSqlStage(own, (stage) => {
        for (const [sql, expected] of cases) {
          deepEqual(answer(stage, sql), expected, sql);
        }
      });
    });
  }
});

Deno.test("compile() makes one statement of what SQLite can do by index", async (t) => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "SELECT a FROM t WHERE id = $1",
      'SELECT t1."a" AS c0 FROM "t" AS t1 WHERE (t1."id" = ?1)',
    ],
    [
      "INSERT INTO t VALUES ($1, $2, $3, $4)",
      'INSERT INTO "t" ("id", "a", "b", "n") VALUES (?1, ?2, ?3, ?4)',
    ],
    [
      "INSERT INTO u (id) VALUES ($1) RETURNING id, x",
      'INSERT INTO "u" ("id", "x") VALUES (?1, NULL) RETURNING "id" AS c0, "x" AS c1',
    ],
    [
      "DELETE FROM t WHERE id = $1",
      'DELETE FROM "t" AS t1 WHERE (t1."id" = ?1)',
    ],
    [
      "UPDATE u SET x = $2 WHERE id = $1",
      'UPDATE "u" AS t1 SET "x" = ?2 WHERE (t1."id" = ?1)',
    ],
  ];
  await withSqlStage(tables, async (stage) => {
    for (const [sql, expected] of cases) {
      await t.step(sql, () => {
        const plan = stage.compile(sql);
        equal(plan.steps.length, 1);
        // Which value has which number is of no interest.
        const same = (text: string) => text.replaceAll(/\?\d+/g, "?");
        equal(same(plan.steps[0]?.sql ?? ""), same(expected));
        if (!sql.startsWith("INSERT")) {
          match(stage.explain(sql), /SEARCH t1 USING (COVERING )?INDEX/);
        }
      });
    }
  });
});

Deno.test("compile() finds the types of parameters", async () => {
  await withSqlStage(tables, (stage) => {
    const params = (sql: string) => stage.compile(sql).params;
    deepEqual(params("SELECT a FROM t WHERE id = $1 LIMIT $2"), [
      oid.int4,
      oid.int8,
    ]);
    deepEqual(params("INSERT INTO t (n, a) VALUES ($1, $2)"), [
      oid.numeric,
      oid.text,
    ]);
    deepEqual(params("UPDATE t SET b = b + $1 WHERE id = $2"), [
      oid.int4,
      oid.int4,
    ]);
    deepEqual(params("SELECT $1"), [oid.text]);
    deepEqual(params("INSERT INTO t (id) SELECT $1"), [oid.int4]);
    deepEqual(params("SELECT 1 UNION SELECT $1"), [oid.int4]);
  });
});

Deno.test("compile() tells reads from writes and texts that shape plans", async () => {
  await withSqlStage(tables, (stage) => {
    const facts = (sql: string) => {
      const { tag, readOnly, exactText, columns } = stage.compile(sql);
      return [tag, readOnly, exactText, columns?.length ?? null];
    };
    deepEqual(facts("SELECT a FROM t WHERE id = 1"), [
      "SELECT",
      true,
      false,
      1,
    ]);
    deepEqual(facts("SELECT a FROM t ORDER BY 1"), ["SELECT", true, true, 1]);
    deepEqual(facts("SELECT b + 1 FROM t GROUP BY b + 1"), [
      "SELECT",
      true,
      true,
      1,
    ]);
    deepEqual(facts("DELETE FROM t"), ["DELETE", false, false, null]);
    deepEqual(
      facts("WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x"),
      ["SELECT", false, false, 1],
    );
  });
});

Deno.test("compile() says which table and column a column of the answer is", async () => {
  await withSqlStage(tables, (stage) => {
    const table = stage.catalog.relationNamed(fixedOid.public, "t")?.oid;
    const { columns } = stage.compile(
      "SELECT s.x, 1 AS one FROM (SELECT b AS x FROM t) AS s",
    );
    deepEqual(
      columns?.map((each) => [each.name, each.table, each.column]),
      [["x", table, 3], ["one", 0, 0]],
    );
  });
});

Deno.test("compile() leaves other statements to the engine, with their tag", () => {
  const catalog = fakeCatalog(tables);
  const env = {
    catalog,
    searchPath: [fixedOid.pgCatalog, fixedOid.public],
    role: fixedOid.postgres,
    rowSecurity: true,
    params: [],
    eval: undefined as never,
  };
  const tag = (sql: string) => {
    const [statement] = parse(sql);
    ok(statement !== undefined);
    const plan = compile(statement, env);
    return plan.kind === "utility" ? plan.tag : plan.kind;
  };
  const cases: readonly (readonly [string, string])[] = [
    ["CREATE TABLE x (a int)", "CREATE TABLE"],
    ["CREATE TABLE x AS SELECT 1", "CREATE TABLE AS"],
    ["SELECT 1 INTO x", "SELECT"],
    ["CREATE MATERIALIZED VIEW x AS SELECT 1", "CREATE MATERIALIZED VIEW"],
    ["DROP VIEW x", "DROP VIEW"],
    ["ALTER TABLE x RENAME COLUMN a TO b", "ALTER TABLE"],
    ["ALTER TABLE x RENAME TO y", "ALTER TABLE"],
    ["ALTER INDEX x RENAME TO y", "ALTER INDEX"],
    ["BEGIN", "BEGIN"],
    ["START TRANSACTION", "START TRANSACTION"],
    ["END", "COMMIT"],
    ["ROLLBACK TO SAVEPOINT x", "ROLLBACK"],
    ["SET x.y = 1", "SET"],
    ["RESET ALL", "RESET"],
    ["SHOW timezone", "SHOW"],
    ["GRANT SELECT ON x TO y", "GRANT"],
    ["REVOKE x FROM y", "REVOKE ROLE"],
    ["COPY x FROM STDIN", "COPY"],
    ["EXPLAIN SELECT 1", "EXPLAIN"],
    ["DECLARE c CURSOR FOR SELECT 1", "DECLARE CURSOR"],
    ["MOVE NEXT FROM c", "MOVE"],
    ["CLOSE ALL", "CLOSE CURSOR ALL"],
    ["DEALLOCATE ALL", "DEALLOCATE ALL"],
    ["DISCARD ALL", "DISCARD ALL"],
    ["TRUNCATE x", "TRUNCATE TABLE"],
    ["ANALYZE", "ANALYZE"],
    ["CREATE POLICY p ON x", "CREATE POLICY"],
  ];
  for (const [sql, expected] of cases) equal(tag(sql), expected, sql);
});

Deno.test("compileQuery() compiles the query inside another statement", async () => {
  await withSqlStage(tables, (stage) => {
    const text = "EXPLAIN SELECT nope FROM t";
    const [statement] = parse(text);
    const node = statement?.node;
    ok(node !== undefined && "ExplainStmt" in node);
    const { query } = node.ExplainStmt;
    ok(query !== undefined);
    const compiled = () =>
      compileQuery(query, {
        catalog: stage.catalog,
        searchPath: [fixedOid.pgCatalog, fixedOid.public],
        role: fixedOid.postgres,
        rowSecurity: true,
        params: [],
        eval: undefined as never,
      }, text);
    equal(failure(compiled), '42703: column "nope" does not exist');
  });
});

Deno.test("compile() evaluates what is volatile once for each row", async () => {
  await withSqlStage([
    {
      name: "s",
      columns: ["id int4 not null identity always", "d int4 generated id * 2"],
      primaryKey: ["id"],
    },
  ], (stage) => {
    deepEqual(
      stage.run("INSERT INTO s DEFAULT VALUES RETURNING id, d").rows,
      [["1", "2"]],
    );
    deepEqual(
      stage.run(
        "SELECT x = x AS same FROM (SELECT random() AS x) AS r WHERE x >= 0",
      ).rows,
      [["t"]],
    );
  });
});

Deno.test("compile() does not let a name reach what is SQLite's own", async () => {
  await withSqlStage(tables, (stage) => {
    for (
      const sql of [
        "SELECT * FROM sqlite_master",
        'SELECT * FROM "sqlite_schema"',
        "SELECT * FROM main.t",
        "SELECT * FROM pragma_table_info('t')",
        "SELECT _rowid_ FROM t",
        "SELECT load_extension('x')",
        "SELECT * FROM fts5vocab('t', 'row')",
        "INSERT INTO sqlite_sequence VALUES (1)",
      ]
    ) match(failure(() => stage.compile(sql)), /^42(P01|883|703|809)/, sql);
  });
});

Deno.test("compile() quotes names so that they can be nothing else", async () => {
  const name = `x" (a); DROP TABLE t; --`;
  await withSqlStage([{ name: "plain", columns: ["a int4"] }], (stage) => {
    const quoted = name.replaceAll('"', '""');
    equal(
      failure(() => stage.run(`SELECT * FROM "${quoted}"`)),
      `42P01: relation "${name}" does not exist`,
    );
    deepEqual(
      stage.run(`SELECT 1 AS "${quoted}"`).plan.columns?.map((each) =>
        each.name
      ),
      [name],
    );
    deepEqual(
      stage.run(`SELECT 'x'' OR ''1''=''1' AS v`).rows,
      [["x' OR '1'='1"]],
    );
  });
});
