/**
 * CALL: runs the statements of a procedure in the caller's transaction.
 *
 * @module
 */

import type { CallStmt, Node } from "@pgsql/types";
import type { UserFunction } from "../../../sql/catalog/catalog.ts";
import {
  hasPrivilege,
  permissionDenied,
} from "../../../sql/catalog/privileges.ts";
import type { Datum } from "../../../sql/datum.ts";
import { notSupported, SqlError } from "../../../sql/error.ts";
import type { SessionCore } from "../session_core.ts";
import { asFunction, inputArguments, prepareBody } from "../user_functions.ts";
import { names } from "./nodes.ts";
import type { Utility, UtilityCall, UtilityResult } from "./utility.ts";

interface Argument {
  readonly name: string | undefined;
  readonly node: Node;
}

function readCall(node: Node): { path: string[]; args: Argument[] } {
  const { funccall } = (node as { CallStmt: CallStmt }).CallStmt;
  return {
    path: names(funccall?.funcname),
    args: (funccall?.args ?? []).map((arg) =>
      "NamedArgExpr" in arg
        ? { name: arg.NamedArgExpr.name, node: arg.NamedArgExpr.arg as Node }
        : { name: undefined, node: arg }
    ),
  };
}

function find(
  core: SessionCore,
  path: readonly string[],
  args: readonly Argument[],
): UserFunction {
  const { catalog } = core;
  const name = path.at(-1) ?? "";
  const schemas = path.length > 1
    ? [catalog.schemaNamed(path.at(-2) ?? "")?.oid ?? 0]
    : core.searchPath();
  const found = schemas.flatMap((schema) =>
    catalog.functionsNamed(schema, name)
  ).filter((each) => {
    const inputs = inputArguments(each);
    const least = inputs.filter((arg) => arg.default === undefined).length;
    return args.length >= least && args.length <= inputs.length;
  });
  const [first] = found.filter(({ kind }) => kind === "p");
  if (first === undefined) {
    const shown = `${name}(${args.map(() => "unknown").join(", ")})`;
    if (found.length > 0) {
      throw new SqlError("42809", `${shown} is not a procedure`, {
        hint: "To call a function, use SELECT.",
      });
    }
    throw new SqlError("42883", `procedure ${shown} does not exist`, {
      hint:
        "No procedure matches the given name and argument types. You might need to add explicit type casts.",
    });
  }
  return first;
}

function typeCast(core: SessionCore, arg: Node, type: number): Node {
  const found = core.catalog.type(type);
  if (found === undefined || found.kind === "p") return arg;
  const schema = core.catalog.schema(found.schema)?.name ?? "pg_catalog";
  return {
    TypeCast: {
      arg,
      typeName: {
        names: [{ String: { sval: schema } }, { String: { sval: found.name } }],
        typemod: -1,
      },
    },
  };
}

async function values(
  { core, text, params }: UtilityCall,
  procedure: UserFunction,
  args: readonly Argument[],
): Promise<Datum[]> {
  const inputs = inputArguments(procedure);
  if (inputs.length === 0) return [];
  const targets = inputs.map((input, i) => {
    const given = args.find(({ name }) => name === input.name) ??
      (args[i]?.name === undefined ? args[i] : undefined);
    const node = given?.node ?? input.default?.node;
    if (node === undefined) {
      throw new SqlError(
        "42883",
        `procedure ${procedure.name} lacks argument "${input.name}"`,
      );
    }
    return { ResTarget: { val: typeCast(core, node, input.type) } };
  });
  const statement = core.prepareParsed({
    node: {
      SelectStmt: {
        targetList: targets,
        limitOption: "LIMIT_OPTION_DEFAULT",
        op: "SETOP_NONE",
      },
    } as Node,
    text,
    location: 0,
    length: text.length,
  });
  let found: Datum[] = [];
  await core.run(statement, params, {
    row: (row) => found = [...row],
    full: () => undefined,
  }, false);
  return found;
}

async function run(call: UtilityCall): Promise<UtilityResult> {
  const { core, node } = call;
  const { path, args } = readCall(node);
  const procedure = find(core, path, args);
  const { owner, acl, name } = procedure;
  if (procedure.args.some(({ mode }) => mode === "o" || mode === "b")) {
    throw notSupported("procedure with OUT arguments");
  }
  if (
    !hasPrivilege(
      core.catalog,
      core.roles.current,
      { kind: "function", owner, acl },
      "X",
    )
  ) throw permissionDenied(`procedure ${name}`);
  const params = await values(call, procedure, args);
  await asFunction(core, procedure, async () => {
    for (const statement of prepareBody(core, procedure)) {
      await core.run(
        statement,
        params,
        { row: () => {}, full: () => undefined },
        false,
      );
    }
  });
  return { tag: "CALL" };
}

/** See the top of the file. */
export const callProcedure: Utility = { name: "CALL", run };
