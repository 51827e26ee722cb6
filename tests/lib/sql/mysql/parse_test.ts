import { deepEqual, equal, ok, throws } from "node:assert/strict";
import type { Node } from "@pgsql/types";
import type {
  MysqlStatement,
  ParseOptions,
} from "../../../../lib/sql/mysql/dialect.ts";
import { MysqlError } from "../../../../lib/sql/mysql/error.ts";
import { parseMysql } from "../../../../lib/sql/mysql/parse.ts";

const options: ParseOptions = {
  sqlMode: new Set(),
  multi: true,
  database: "postgres",
  systemVariable: (_, name) =>
    name === "version" ? "8.0" : name === "port" ? 3306 : undefined,
  userVariable: (name) => name === "n" ? "int8" : undefined,
};

const read = (
  text: string,
  more: Partial<ParseOptions> = {},
): MysqlStatement[] => [
  ...parseMysql(text, { ...options, ...more }),
];

function only(text: string): Extract<MysqlStatement, { kind: "query" }> {
  const [statement] = read(text);
  ok(statement?.kind === "query", text);
  return statement;
}

/** Strings of a tree, wherever they are. */
function strings(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(strings);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "sval" && typeof each === "string" ? [each] : strings(each)
  );
}

const error = (text: string, more: Partial<ParseOptions> = {}): string => {
  try {
    read(text, more);
  } catch (caught) {
    if (caught instanceof MysqlError) {
      return `${caught.errno} ${caught.sqlState}`;
    }
    throw caught;
  }
  return "none";
};

Deno.test("parseMysql() tells statements and their kinds apart", () => {
  const kinds = (text: string) =>
    read(text).map((each) => each.kind === "query" ? each.verb : each.kind);
  deepEqual(kinds("select 1; insert into t values (1); ;update t set a = 1;"), [
    "select",
    "insert",
    "update",
  ]);
  deepEqual(
    kinds(
      "set @a = 1; use d; show warnings; show processlist; kill 3; prepare s from 'x'; execute s using @a; deallocate prepare s",
    ),
    [
      "set",
      "use",
      "warnings",
      "processlist",
      "kill",
      "prepare",
      "execute",
      "deallocate",
    ],
  );
  deepEqual(
    kinds(
      "begin; commit; rollback; savepoint a; rollback to a; start transaction read only",
    ),
    [
      "begin",
      "commit",
      "rollback",
      "savepoint",
      "savepoint",
      "begin",
    ],
  );
  deepEqual(
    kinds(
      "explain select 1; describe t; lock tables t write; unlock tables; flush privileges",
    ),
    [
      "explain",
      "catalog",
      "ok",
      "ok",
      "ok",
    ],
  );
});

Deno.test("parseMysql() gives the statements before a mistake first", () => {
  const all = parseMysql("select 1; nonsense", options);
  equal(all.next().value?.kind, "query");
  throws(() => all.next(), (e) => e instanceof MysqlError && e.errno === 1064);
});

Deno.test("parseMysql() counts parameters and says what commits", () => {
  equal(only("select ? + ? from t limit ?").params, 3);
  equal(only("create table t (a int)").commits, true);
  equal(only("insert ignore into t values (1)").ignore, true);
  equal(only("select @n").volatile, true);
  equal(only("select a from t").volatile, false);
  ok(
    only("select sql_calc_found_rows a from t limit 1").foundRows !== undefined,
  );
});

const refused: readonly (readonly [text: string, error: string])[] = [
  ["", "1065 42000"],
  ["-- nothing", "1065 42000"],
  ["select", "1064 42000"],
  ["select 1 from", "1064 42000"],
  ["select * frm t", "1064 42000"],
  ["select 1 1 1", "1064 42000"],
  ["insert t", "1064 42000"],
  ["select a from t where", "1064 42000"],
  ["select (select 1", "1064 42000"],
  ["create table t ()", "1064 42000"],
  ["create table t (a int, a int)", "1060 42S21"],
  ["create table t (a int, key (b))", "1072 42000"],
  ["create table t (a text auto_increment)", "1063 42000"],
  ["create table t (a int) collate nope_ci", "1273 HY000"],
  ["set names klingon", "1115 42000"],
  ["select @@nope", "1193 HY000"],
  ["select * from (select 1)", "1248 42000"],
  ["load data infile 'x' into table t", "1235 42000"],
  ["select 1 into outfile 'x'", "1235 42000"],
  ["create trigger a before insert on t for each row set x = 1", "1235 42000"],
  ["select * from information_schema.nothing", "1109 42S02"],
];

Deno.test("parseMysql() refuses what is no MySQL, and names what is not there", () => {
  for (const [text, expected] of refused) equal(error(text), expected, text);
  equal(error("select 1; select 2", { multi: false }), "1064 42000");
  equal(error("show tables", { database: undefined }), "1046 3D000");
});

Deno.test("parseMysql() shows the text near a mistake, and its line", () => {
  throws(() => read("select 1\nfrom where"), /near 'where' at line 2/);
});

Deno.test("parseMysql() refuses statements that are nested too deeply", () => {
  equal(error(`select ${"(".repeat(5000)}1${")".repeat(5000)}`), "1436 HY000");
  equal(error(`select ${"not ".repeat(5000)}1`), "1436 HY000");
  equal(error(`select ${"- ".repeat(5000)}1`), "1436 HY000");
  equal(error(`select ${"if(1,".repeat(5000)}1`), "1436 HY000");
  equal(error(`${"(".repeat(5000)}select 1`), "1436 HY000");
});

Deno.test("parseMysql() takes long flat statements", () => {
  const many = Array.from({ length: 3000 }, (_, i) => String(i));
  only(`select * from t where ${many.map((n) => `a = ${n}`).join(" or ")}`);
  only(`select * from t where a in (${many})`);
  only(`insert into t values ${many.map((n) => `(${n}, 'x')`).join(",")}`);
});

Deno.test("parseMysql() does not let a text out of its quotes", () => {
  const attacks = [
    "\\' or 1=1 -- ",
    "' or '1'='1",
    '\\"; drop table t; -- ',
    "\\\\' ; select 1 #",
    "%\\' union select 2",
  ];
  for (const attack of attacks) {
    const escaped = attack.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
    const all = read(`select * from t where a = '${escaped}'`);
    equal(all.length, 1);
    const [statement] = all;
    ok(statement?.kind === "query");
    ok(strings(statement.nodes).includes(attack), attack);
  }
});

Deno.test("parseMysql() does not let names and patterns of SHOW out of theirs", () => {
  for (
    const text of [
      "show tables like 'a\\' or 1=1 -- '",
      "show columns from `t'; drop table x; --`",
      "describe `a'b`",
      "show create table `x'y`",
    ]
  ) {
    const [statement] = read(text);
    ok(statement !== undefined);
    const sql = statement.kind === "catalog"
      ? statement.sql
      : JSON.stringify(statement);
    ok(!/[^']'; drop/.test(sql), text);
  }
});

const fields = (node: Node | undefined) =>
  node !== undefined && "SelectStmt" in node
    ? (node.SelectStmt.targetList ?? []).map((each) =>
      "ResTarget" in each ? each.ResTarget.name : ""
    )
    : [];

Deno.test("parseMysql() names columns as they are written", () => {
  deepEqual(
    fields(
      only("select 1 + 1, a, t.b, count(*), 'x', c as d, e `f`, @@port")
        .nodes[0],
    ),
    [
      "1 + 1",
      "a",
      "b",
      "count(*)",
      "x",
      "d",
      "f",
      "@@port",
    ],
  );
});
