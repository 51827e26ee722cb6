/**
 * CREATE FUNCTION and CREATE PROCEDURE, in SQL.
 *
 * @module
 */

import type {
  CreateFunctionStmt,
  FunctionParameter,
  Node,
  TypeName,
} from "@pgsql/types";
import { withPosition } from "../analyze/located.ts";
import { resolveTypeName } from "../analyze/type_name.ts";
import type { UserFunction } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { parse } from "../parse.ts";
import { oid } from "../types/type.ts";
import { functionSignature } from "./address.ts";
import { checkTypeUsage } from "./columns.ts";
import { deparse } from "./expression_text.ts";
import { storeExpression } from "./expressions.ts";
import { checkAttributes } from "./function_attributes.ts";
import { checkBody } from "./function_body.ts";
import { inputTypes } from "./find_function.ts";
import { bodyTexts, readFunctionOptions } from "./function_options.ts";
import { creationSchema, requireOpenSchema, requireOwner } from "./lookup.ts";
import { newAcl } from "./new_acl.ts";
import { defElems, option, optionText, strings } from "./nodes.ts";
import { qualify } from "./qualify.ts";
import type { Work } from "./work.ts";

type Argument = UserFunction["args"][number];

const modes: Readonly<Record<string, Argument["mode"]>> = {
  "FUNC_PARAM_IN": "i",
  "FUNC_PARAM_DEFAULT": "i",
  "FUNC_PARAM_OUT": "o",
  "FUNC_PARAM_INOUT": "b",
  "FUNC_PARAM_VARIADIC": "v",
  "FUNC_PARAM_TABLE": "t",
};

/**
 * @param work Statement.
 * @param statement CREATE FUNCTION.
 * @returns Command tag.
 */
export function createFunction(
  work: Work,
  statement: CreateFunctionStmt,
): string {
  const isProcedure = statement.is_procedure ?? false;
  const tag = isProcedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
  const parts = strings(statement.funcname);
  const name = parts.at(-1) ?? "";
  const options = defElems(statement.options);
  checkLanguage(options, statement.sql_body !== undefined);
  const schema = creationSchema(work, parts.at(-2), name);
  const args = readArguments(work, statement.parameters ?? []);
  const { returns, returnsSet } = readResult(work, statement, args);
  checkAttributes(options, {
    isProcedure,
    returnsSet,
    text: work.context.text,
  });
  const properties = readFunctionOptions(
    work,
    options.filter(({ defname }) => defname !== "as"),
  );
  const body = readBody(work, statement, bodyTexts(options));
  const types = args.filter(({ mode }) => mode !== "o" && mode !== "t")
    .map(({ type }) => type);
  const existing = work.catalog.functionsNamed(schema.oid, name).find((each) =>
    String(inputTypes(each)) === String(types)
  );
  const made: UserFunction = {
    oid: existing?.oid ?? work.newOid(),
    name,
    schema: schema.oid,
    owner: existing?.owner ?? work.role,
    args,
    returns,
    returnsSet,
    kind: isProcedure ? "p" : "f",
    ...properties,
    ...body,
    acl: existing === undefined
      ? newAcl(work, "f", work.role, schema.oid)
      : existing.acl,
    comment: existing?.comment,
  };
  if (existing !== undefined) {
    checkReplacement(work, statement, existing, made);
  }
  work.put("function", made);
  checkBody(
    work,
    made,
    statement.sql_body === undefined
      ? undefined
      : standardBody(statement.sql_body),
  );
  return tag;
}

function checkLanguage(
  options: ReturnType<typeof defElems>,
  hasSqlBody: boolean,
): void {
  const language = option(options, "language");
  if (language === undefined) {
    if (hasSqlBody) return;
    throw new SqlError("42P13", "no language specified");
  }
  const name = optionText(language).toLowerCase();
  if (name === "sql") return;
  if (name === "plpgsql" || name === "c" || name === "internal") {
    throw notSupported(`language "${name}"`);
  }
  throw new SqlError("42704", `language "${name}" does not exist`);
}

function typeOf(work: Work, name: TypeName | undefined): number {
  if (name === undefined) throw new TypeError("Argument without type");
  const { setof: _, ...plain } = name;
  try {
    const { type } = resolveTypeName(plain, work.env);
    checkTypeUsage(work, type);
    return type;
  } catch (error) {
    throw withPosition(error, work.context.text);
  }
}

function readArguments(work: Work, nodes: readonly Node[]): Argument[] {
  const args: Argument[] = [];
  let hasDefault = false;
  for (const node of nodes) {
    if (!("FunctionParameter" in node)) continue;
    const parameter: FunctionParameter = node.FunctionParameter;
    const mode = modes[parameter.mode ?? "FUNC_PARAM_IN"] ?? "i";
    const { name = "" } = parameter;
    const isInput = mode !== "o" && mode !== "t";
    checkParameterName(args, name, isInput, mode);
    const type = typeOf(work, parameter.argType);
    if (isInput && args.some((each) => each.mode === "v")) {
      throw new SqlError(
        "42P13",
        "VARIADIC parameter must be the last input parameter",
      );
    }
    if (
      mode === "v" && work.catalog.type(type)?.category !== "A" &&
      type !== oid.any
    ) {
      throw new SqlError("42P13", "VARIADIC parameter must be an array");
    }
    let value: Argument["default"];
    if (parameter.defexpr !== undefined) {
      if (!isInput) {
        throw new SqlError(
          "42P13",
          "only input parameters can have default values",
        );
      }
      hasDefault = true;
      value = storeExpression(work, parameter.defexpr, {
        place: "default",
        type: { type, typmod: -1 },
        what: `parameter "${name}"`,
      }).stored;
    } else if (hasDefault && isInput && mode !== "v") {
      throw new SqlError(
        "42P13",
        "input parameters after one with a default value must also have defaults",
      );
    }
    args.push({ name, type, mode, default: value });
  }
  return args;
}

function checkParameterName(
  args: readonly Argument[],
  name: string,
  isInput: boolean,
  mode: Argument["mode"],
): void {
  if (name === "") return;
  const taken = args.some((each) => {
    if (each.name !== name) return false;
    const wasInput = each.mode !== "o" && each.mode !== "t";
    // An input may be called like an output, save in RETURNS TABLE.
    return wasInput === isInput || mode === "b" || each.mode === "b" ||
      mode === "t" || each.mode === "t";
  });
  if (taken) {
    throw new SqlError("42P13", `parameter name "${name}" used more than once`);
  }
}

function readResult(
  work: Work,
  statement: CreateFunctionStmt,
  args: readonly Argument[],
): Pick<UserFunction, "returns" | "returnsSet"> {
  const outputs = args.filter(({ mode }) =>
    mode === "o" || mode === "b" || mode === "t"
  );
  const [only] = outputs;
  const expected = outputs.length === 0 || only === undefined
    ? undefined
    : outputs.length === 1
    ? only.type
    : oid.record;
  if (statement.is_procedure) {
    return { returns: expected ?? oid.void, returnsSet: false };
  }
  const isTable = args.some(({ mode }) => mode === "t");
  const { returnType } = statement;
  if (returnType === undefined) {
    if (expected === undefined) {
      throw new SqlError("42P13", "function result type must be specified");
    }
    return { returns: expected, returnsSet: isTable };
  }
  const returnsSet = isTable || (returnType.setof ?? false);
  const declared = isTable ? expected ?? oid.record : typeOf(work, returnType);
  if (expected !== undefined && declared !== expected) {
    throw new SqlError(
      "42P13",
      `function result type must be ${
        work.catalog.type(expected)?.name ?? expected
      } because of OUT parameters`,
    );
  }
  if (declared === oid.trigger) throw notSupported("trigger function");
  return { returns: declared, returnsSet };
}

function readBody(
  work: Work,
  { sql_body: sqlBody }: CreateFunctionStmt,
  texts: readonly string[],
): Pick<UserFunction, "body" | "statements"> {
  if (sqlBody !== undefined) {
    if (texts.length > 0) {
      throw new SqlError("42P13", "duplicate function body specified");
    }
    const statements = standardBody(sqlBody).map((each) => qualify(work, each));
    return {
      body: statements.map((each) => deparse(each)).join(";\n"),
      statements,
    };
  }
  const [body] = texts;
  if (body === undefined) {
    throw new SqlError("42P13", "no function body specified");
  }
  if (texts.length > 1) {
    throw new SqlError(
      "42P13",
      'only one AS item needed for language "sql"',
    );
  }
  return { body, statements: parseBody(body) };
}

function parseBody(body: string): Node[] {
  try {
    return parse(body).map(({ node }) => node);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    // The position is one in the body, not in the statement.
    throw new SqlError(error.sqlState, error.message, {
      ...error.fields,
      position: undefined,
    });
  }
}

/** `RETURN …` and `BEGIN ATOMIC … END`. */
function standardBody(node: Node): Node[] {
  if ("ReturnStmt" in node) {
    const { returnval } = node.ReturnStmt;
    return [{
      SelectStmt: {
        targetList: returnval === undefined
          ? []
          : [{ ResTarget: { val: returnval } }],
        limitOption: "LIMIT_OPTION_DEFAULT",
        op: "SETOP_NONE",
      },
    }];
  }
  if ("List" in node) {
    return (node.List.items ?? []).flatMap((each) => standardBody(each));
  }
  return [node];
}

function checkReplacement(
  work: Work,
  statement: CreateFunctionStmt,
  existing: UserFunction,
  made: UserFunction,
): void {
  const signature = functionSignature(work, existing);
  if (!statement.replace) {
    throw new SqlError(
      "42723",
      `function "${made.name}" already exists with same argument types`,
    );
  }
  const word = existing.kind === "p" ? "procedure" : "function";
  requireOpenSchema(work, existing.schema, `${word} ${existing.name}`);
  requireOwner(work, existing.owner, `${word} ${existing.name}`);
  if (existing.kind !== made.kind) {
    throw new SqlError("42809", "cannot change routine kind", {
      detail: `"${made.name}" is a ${word}.`,
    });
  }
  const hint = `Use DROP ${word.toUpperCase()} ${signature} first.`;
  if (
    existing.returns !== made.returns || existing.returnsSet !== made.returnsSet
  ) {
    throw new SqlError(
      "42P13",
      "cannot change return type of existing function",
      { hint },
    );
  }
  const outputs = (each: UserFunction) =>
    each.args.filter(({ mode }) => mode !== "i" && mode !== "v")
      .map(({ name, type }) => `${name} ${type}`).join();
  if (outputs(existing) !== outputs(made)) {
    throw new SqlError(
      "42P13",
      "cannot change return type of existing function",
      {
        detail: "Row type defined by OUT parameters is different.",
        hint,
      },
    );
  }
  for (const [i, before] of existing.args.entries()) {
    const after = made.args[i];
    if (
      before.name !== "" && after !== undefined && before.name !== after.name
    ) {
      throw new SqlError(
        "42P13",
        `cannot change name of input parameter "${before.name}"`,
        { hint },
      );
    }
    if (before.default !== undefined && after?.default === undefined) {
      throw new SqlError(
        "42P13",
        "cannot remove parameter defaults from existing function",
        { hint },
      );
    }
  }
}
