import assert from "node:assert/strict";
import {
  fixedOid,
  type UserFunction,
} from "../../../../lib/sql/catalog/catalog.ts";
import { checkBody, parseBody } from "../../../../lib/sql/ddl/function_body.ts";
import { Work } from "../../../../lib/sql/ddl/work.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import { type DdlStage, withDdl } from "./support.ts";

type Arg = UserFunction["args"][number];

const input = (name: string, type: number): Arg => ({ name, type, mode: "i" });
const output = (name: string, type: number): Arg => ({ name, type, mode: "o" });

/** Checks a body; the answer is the error as psql shows it. */
function check(
  stage: DdlStage,
  returns: number | string,
  body: string,
  { args = [], kind = "f" }: Partial<Pick<UserFunction, "args" | "kind">> = {},
): string {
  const text = `CREATE FUNCTION f() LANGUAGE sql AS $body$${body}$body$`;
  const work = new Work({
    env: stage.env,
    text,
    target: { run: () => Promise.resolve([]) },
    notice: () => {},
    sessionUser: stage.role,
    temporarySchema: "pg_temp_3",
    sessionValue: () => null,
  });
  const made = { name: "f", body };
  try {
    const full: UserFunction = {
      ...made,
      oid: work.newOid(),
      schema: fixedOid.public,
      owner: stage.role,
      args,
      returns: typeof returns === "number"
        ? returns
        : stage.catalog.typeNamed(fixedOid.public, returns)?.oid ?? 0,
      returnsSet: false,
      kind,
      volatility: "v",
      strict: false,
      securityDefiner: false,
      leakproof: false,
      statements: parseBody(text, made),
      settings: {},
      acl: null,
    };
    work.put("function", full);
    checkBody(work, full);
    return "";
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { detail, where, position } = error.fields;
    return [
      `${error.sqlState} ${error.message}`,
      ...(detail === undefined ? [] : [detail]),
      ...(where === undefined ? [] : [where]),
      ...(position === undefined ? [] : [`at ${text.slice(position - 1)}`]),
    ].join("\n");
  }
}

const mismatch = (type: string, detail: string) =>
  `42P13 return type mismatch in function declared to return ${type}\n${detail}\nSQL function "f"`;
const noRows =
  "Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.";

async function withTables(body: (stage: DdlStage) => void): Promise<void> {
  await withDdl(async (stage) => {
    await stage.sql(
      "CREATE TABLE a (id int PRIMARY KEY, name varchar(20), price numeric(10,2));" +
        "CREATE TYPE mood AS ENUM ('sad')",
    );
    body(stage);
  });
}

Deno.test("checkBody() refuses a body that gives something else than declared", () =>
  withTables((stage) => {
    const cases: readonly (readonly [number | string, string, string])[] = [
      [
        oid.int4,
        "select 'x'",
        mismatch("integer", "Actual return type is text."),
      ],
      [oid.int4, "", mismatch("integer", noRows)],
      [oid.int4, "update a set id = 1", mismatch("integer", noRows)],
      [
        oid.int4,
        "select 1; create table x (a int)",
        mismatch("integer", noRows),
      ],
      [
        oid.int4,
        "select 1, 2",
        mismatch("integer", "Final statement must return exactly one column."),
      ],
      [
        oid.int4,
        "select from a",
        mismatch("integer", "Final statement must return exactly one column."),
      ],
      [
        oid.int4,
        "delete from a returning name",
        mismatch("integer", "Actual return type is character varying."),
      ],
      [
        oid.bool,
        "select 1",
        mismatch("boolean", "Actual return type is integer."),
      ],
      ["mood", "select 'sad'", mismatch("mood", "Actual return type is text.")],
      [
        "a",
        "select 1",
        mismatch("a", "Final statement returns too few columns."),
      ],
      [
        "a",
        "select id, name, price, 1 from a",
        mismatch("a", "Final statement returns too many columns."),
      ],
      [
        "a",
        "select id, price, name from a",
        mismatch(
          "a",
          "Final statement returns character varying instead of numeric at column 3.",
        ),
      ],
      [oid.record, "insert into a values (1)", mismatch("record", noRows)],
      [
        oid.trigger,
        "select 1",
        "42P13 SQL functions cannot return type trigger",
      ],
      [
        oid.cstring,
        "select 1",
        "42P13 SQL functions cannot return type cstring",
      ],
    ];
    for (const [returns, body, expected] of cases) {
      assert.equal(check(stage, returns, body), expected, body);
    }
  }));

Deno.test("checkBody() takes what an assignment would take", () =>
  withTables((stage) => {
    const cases: readonly (readonly [number | string, string])[] = [
      [oid.void, ""],
      [oid.void, "select 1, 2"],
      [oid.int8, "select 1"],
      [oid.int4, "select 1.5"],
      [oid.int4, "values (1), (2)"],
      [oid.int4, "insert into a values (1) returning id"],
      [oid.int4, "with x as (select 1 as n) select n from x"],
      [oid.int4, "select f()"],
      [oid.varchar, "select 1"],
      [oid.timestamptz, "select current_date"],
      [oid.jsonb, "select '{}'::json"],
      [oid.record, "select 1, 2"],
      ["a", "select * from a"],
      ["a", "select a from a"],
      ["a", "select id, id, price from a"],
    ];
    for (const [returns, body] of cases) {
      assert.equal(check(stage, returns, body), "", body);
    }
  }));

Deno.test("checkBody() compares columns with OUT arguments", () =>
  withTables((stage) => {
    const args = [output("x", oid.int4), output("y", oid.text)];
    const run = (body: string) => check(stage, oid.record, body, { args });
    assert.equal(run("select 1, 2"), "");
    assert.equal(
      run("select 1"),
      mismatch("record", "Final statement returns too few columns."),
    );
    assert.equal(
      run("select 'a'::text, 'b'"),
      mismatch(
        "record",
        "Final statement returns text instead of integer at column 1.",
      ),
    );
    assert.equal(
      check(stage, oid.int4, "select 1, 2", {
        args: [output("x", oid.int4)],
        kind: "p",
      }),
      mismatch("record", "Final statement returns too many columns."),
    );
    assert.equal(
      check(stage, oid.void, "insert into a values (1)", { kind: "p" }),
      "",
    );
  }));

Deno.test("checkBody() knows the arguments and blames the place of the rest", () =>
  withTables((stage) => {
    const args = [input("x", oid.int4)];
    const run = (body: string) => check(stage, oid.int4, body, { args });
    assert.equal(run("select $1 + x + f.x"), "");
    assert.equal(run("select id from a where id = x"), "");
    assert.equal(
      run("select x + y"),
      '42703 column "y" does not exist\nat y$body$',
    );
    assert.equal(
      run("select 1; select 1 from nosuch"),
      '42P01 relation "nosuch" does not exist\nat nosuch$body$',
    );
    assert.equal(
      run("select $2"),
      "42P02 there is no parameter $2\nat $2$body$",
    );
    assert.equal(
      run("select 1; selec 2"),
      '42601 syntax error at or near "selec"\nat selec 2$body$',
    );
    assert.equal(
      check(stage, oid.int4, "select 1", { args: [input("x", oid.record)] }),
      "42P13 SQL functions cannot have arguments of type record",
    );
    // What the arguments are is not known before a call.
    assert.equal(
      check(stage, oid.anyelement, "select nosuch", {
        args: [input("x", oid.anyelement)],
      }),
      "",
    );
  }));
