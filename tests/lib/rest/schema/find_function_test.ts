import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { RestError } from "../../../../lib/rest/error.ts";
import {
  type CallForm,
  findFunction,
} from "../../../../lib/rest/schema/find_function.ts";
import { loadPicture } from "../../../../lib/rest/schema/load_picture.ts";
import { restDatabase } from "./support.ts";

const functions = `
  CREATE FUNCTION zero() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a + b';
  CREATE FUNCTION opts(x int DEFAULT 1, y int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT x';
  CREATE FUNCTION many(VARIADIC v int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION same(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION same(a text) RETURNS int LANGUAGE sql AS 'SELECT 2';
  CREATE FUNCTION two(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION two(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 2';
  CREATE FUNCTION whole(json) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION whole_b(jsonb) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION txt(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
  CREATE FUNCTION bin(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1';
  CREATE FUNCTION mixed(json) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION mixed(a int) RETURNS int LANGUAGE sql AS 'SELECT 2';
  CREATE FUNCTION either(json) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION either(jsonb) RETURNS int LANGUAGE sql AS 'SELECT 2';
  CREATE FUNCTION named_json(j json) RETURNS int LANGUAGE sql AS 'SELECT 1';
`;

const get: CallForm = { method: "GET" };
const json: CallForm = { method: "POST", body: "application/json" };
const text: CallForm = { method: "POST", body: "text/plain" };
const bytes: CallForm = { method: "POST", body: "application/octet-stream" };
const form: CallForm = { method: "POST" };

Deno.test("findFunction()", async (t) => {
  await using db = await restDatabase(functions);
  const picture = await loadPicture(db.session, ["public"]);
  const schema = picture.schemas.get("public");
  ok(schema);

  for (
    const [name, given, how, signature, wholeBody] of [
      ["zero", [], get, [], false],
      ["zero", [], json, [], false],
      ["add", ["a"], get, ["a", "b"], false],
      ["add", ["b", "a"], json, ["a", "b"], false],
      ["opts", [], get, ["x", "y"], false],
      ["opts", ["y"], json, ["x", "y"], false],
      ["many", ["v", "v"], get, ["v"], false],
      ["two", ["a"], json, ["a"], false],
      ["two", ["a", "b"], json, ["a", "b"], false],
      ["whole", ["x", "y"], json, [""], true],
      ["whole", [], json, [""], true],
      ["whole_b", ["x"], json, [""], true],
      ["txt", [], text, [""], true],
      ["bin", [], bytes, [""], true],
      ["mixed", ["a"], json, ["a"], false],
      ["mixed", ["z"], json, [""], true],
      ["named_json", ["j"], json, ["j"], false],
    ] as const
  ) {
    await t.step(
      `finds ${name}(${given}) of ${how.method} ${how.body ?? ""}`,
      () => {
        const found = findFunction(schema, name, given, how);
        deepEqual(found.function.arguments.map((each) => each.name), signature);
        equal(found.wholeBody, wholeBody);
      },
    );
  }

  const refused = (
    name: string,
    given: readonly string[],
    how: CallForm,
  ): RestError => {
    let caught: unknown;
    throws(() => findFunction(schema, name, given, how), (error) => {
      caught = error;
      return error instanceof RestError;
    });
    return caught as RestError;
  };

  for (
    const [name, given, how] of [
      ["add", [], get],
      ["add", ["b"], get],
      ["add", ["a", "c"], get],
      ["zero", ["a"], get],
      ["whole", [], get],
      ["whole", ["x"], form],
      ["whole", [""], get],
      ["whole", [], text],
      ["txt", [], json],
      ["zero", [], text],
      ["named_json", ["x"], json],
      ["toString", [], get],
      ["current_database", [], get],
      ["Add", ["a"], get],
    ] as const
  ) {
    await t.step(
      `refuses ${name}(${given}) of ${how.method} ${how.body ?? ""}`,
      () => {
        equal(refused(name, given, how).code, "PGRST202");
      },
    );
  }

  await t.step("says what it looked for", () => {
    const words = ({ message, details, hint }: RestError) => [
      message,
      details,
      hint,
    ];
    deepEqual(words(refused("ad", ["a", "b"], get)), [
      "Could not find the function public.ad(a, b) in the schema cache",
      "Searched for the function public.ad with parameters a, b, but no matches were found in the schema cache.",
      "Perhaps you meant to call the function public.add",
    ]);
    deepEqual(words(refused("add", ["a", "bb"], json)), [
      "Could not find the function public.add(a, bb) in the schema cache",
      "Searched for the function public.add with parameters a, bb or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
      "Perhaps you meant to call the function public.add(a, b)",
    ]);
    deepEqual(words(refused("zzzzzzzz", [], json)), [
      "Could not find the function public.zzzzzzzz without parameters in the schema cache",
      "Searched for the function public.zzzzzzzz without parameters or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
      undefined,
    ]);
    deepEqual(words(refused("zero", [], text)), [
      "Could not find the function public.zero in the schema cache",
      "Searched for the function public.zero with a single unnamed text parameter, but no matches were found in the schema cache.",
      undefined,
    ]);
  });

  await t.step("refuses with PGRST203 when several fit", () => {
    const error = refused("same", ["a"], json);
    equal(error.code, "PGRST203");
    equal(
      error.message,
      "Could not choose the best candidate function between: public.same(a => integer), public.same(a => text)",
    );
    equal(error.details, undefined);
    equal(
      error.hint,
      "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
    );
    equal(refused("either", [], json).code, "PGRST203");
  });
});
