import { equal } from "node:assert/strict";
import { systemClock } from "../../../../lib/base/clock.ts";
import { defaultEval } from "../../../../lib/engine/sqlite/default_eval.ts";
import type {
  Constraint,
  Relation,
} from "../../../../lib/sql/catalog/catalog.ts";
import {
  missingReference,
  stillReferenced,
  uniqueViolation,
} from "../../../../lib/sql/catalog/violations.ts";
import { type DdlStage, withDdl } from "../ddl/support.ts";

function context(stage: DdlStage) {
  const { catalog, role } = stage;
  return { catalog, role, eval: defaultEval(systemClock, catalog) };
}

function find(stage: DdlStage, name: string): Relation {
  return stage.catalog.relationNamed(2200, name) as Relation;
}

Deno.test("violations name the key, the table and the constraint", () =>
  withDdl(async (stage) => {
    await stage.sql(
      "CREATE TABLE a (x int, y text, PRIMARY KEY (x, y)); " +
        "CREATE TABLE b (x int, y text, FOREIGN KEY (x, y) REFERENCES a)",
    );
    const [a, b] = [find(stage, "a"), find(stage, "b")];
    const key = b.constraints[0] as Constraint;
    const values = [1, "q"];
    const unique = uniqueViolation(
      a.oid,
      a.indexes[0] as Relation["indexes"][number],
      values,
      context(stage),
    );
    equal(
      unique.message,
      'duplicate key value violates unique constraint "a_pkey"',
    );
    equal(unique.fields.detail, "Key (x, y)=(1, q) already exists.");
    const missing = missingReference(b.oid, key, values, context(stage));
    equal(
      missing.fields.detail,
      'Key (x, y)=(1, q) is not present in table "a".',
    );
    equal(missing.fields.constraint, "b_x_y_fkey");
    const still = stillReferenced(b.oid, key, values, context(stage));
    equal(
      still.message,
      'update or delete on table "a" violates foreign key constraint "b_x_y_fkey" on table "b"',
    );
    equal(
      still.fields.detail,
      'Key (x, y)=(1, q) is still referenced from table "b".',
    );
  }));

Deno.test("violations tell nothing of rows that the role may not read", () =>
  withDdl(async (stage) => {
    await stage.sql(
      "CREATE TABLE a (x int PRIMARY KEY, secret text CHECK (secret <> 'z')); " +
        "CREATE ROLE ada; REVOKE ALL ON a FROM anon; GRANT INSERT, SELECT (x) ON a TO ada",
    );
    stage.role = stage.catalog.roleNamed("ada")?.oid ?? 0;
    equal(
      await stage.error("INSERT INTO a VALUES (1, 'z')"),
      '23514 new row for relation "a" violates check constraint "a_secret_check"\n' +
        "DETAIL: Failing row contains (x) = (1).\nCONSTRAINT: a_secret_check\nTABLE: a",
    );
    stage.role = 10;
    await stage.sql(
      "ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON a USING (true)",
    );
    stage.role = stage.catalog.roleNamed("ada")?.oid ?? 0;
    equal(
      await stage.error("INSERT INTO a VALUES (1, 'z')"),
      '23514 new row for relation "a" violates check constraint "a_secret_check"\n' +
        "CONSTRAINT: a_secret_check\nTABLE: a",
    );
  }));
