import assert from "node:assert/strict";
import { defElems } from "../../../../lib/sql/ddl/nodes.ts";
import { checkAttributes } from "../../../../lib/sql/ddl/function_attributes.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import { parse } from "../../../../lib/sql/parse.ts";

function check(text: string): string {
  const [statement] = parse(text);
  const node = statement?.node;
  if (node === undefined || !("CreateFunctionStmt" in node)) {
    throw new TypeError(text);
  }
  const { options, is_procedure: isProcedure = false, returnType } =
    node.CreateFunctionStmt;
  try {
    checkAttributes(defElems(options), {
      isProcedure,
      returnsSet: returnType?.setof ?? false,
      text,
    });
    return "";
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { sqlState, message, fields: { position } } = error;
    return `${sqlState} ${message}${
      position === undefined ? "" : ` at ${text.slice(position - 1)}`
    }`;
  }
}

Deno.test("checkAttributes() refuses attributes as PostgreSQL does", () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "FUNCTION f() RETURNS int LANGUAGE sql COST 5 ROWS 3",
      "22023 ROWS is not applicable when function does not return a set",
    ],
    [
      "FUNCTION f() RETURNS SETOF int LANGUAGE sql ROWS 0",
      "22023 ROWS must be positive",
    ],
    [
      "FUNCTION f() RETURNS int LANGUAGE sql COST 0",
      "22023 COST must be positive",
    ],
    [
      "FUNCTION f() RETURNS int LANGUAGE sql PARALLEL nope",
      '42601 parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE',
    ],
    [
      "FUNCTION f() RETURNS int IMMUTABLE STABLE",
      "42601 conflicting or redundant options at STABLE",
    ],
    [
      "PROCEDURE f() LANGUAGE sql STRICT",
      "42P13 invalid attribute in procedure definition at STRICT",
    ],
    ["PROCEDURE f() LANGUAGE sql SECURITY DEFINER SET a = 1 SET b = 2", ""],
    [
      "FUNCTION f() RETURNS SETOF int COST 2.5 ROWS 7 PARALLEL safe STRICT",
      "",
    ],
  ];
  for (const [text, expected] of cases) {
    assert.equal(check(`CREATE ${text}`), expected, text);
  }
});
