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
import { errorAt } from "../../../sql/analyze/located.ts";
import { formatType } from "../../../sql/ddl/format_type.ts";
import type { Datum } from "../../../sql/datum.ts";
import { notSupported, SqlError } from "../../../sql/error.ts";
import { inContext } from "../errors.ts";
import type { SessionCore } from "../session_core.ts";
import { asFunction, inputArguments, prepareBody } from "../user_functions.ts";
import { names } from "./nodes.ts";
import type { Utility, UtilityCall, UtilityResult } from "./utility.ts";

interface Argument {
  readonly name: string | undefined;
  readonly node: Node;
}

interface Called {
  readonly path: readonly string[];
  readonly args: readonly Argument[];
  readonly location: number | undefined;
}

function readCall(node: Node): Called {
  const { funccall } = (node as { CallStmt: CallStmt }).CallStmt;
  return {
    location: funccall?.location,
    path: names(funccall?.funcname),
    args: (funccall?.args ?? []).map((arg) =>
      "NamedArgExpr" in arg
        ? { name: arg.NamedArgExpr.name, node: arg.NamedArgExpr.arg as Node }
        : { name: undefined, node: arg }
    ),
  };
}

/** @returns Types of the arguments, as messages name them. */
function typeNames(
  { core, text }: UtilityCall,
  args: readonly Argument[],
): string {
  if (args.length === 0) return "";
  const query = core.preparer.parsed({
    node: select(args.map(({ node }) => node)),
    text,
    location: 0,
    length: text.length,
  });
  const env = core.environment([]);
  return (query.columns ?? []).map(({ type }, i) =>
    isText(args[i]?.node) ? "unknown" : formatType(env, type, -1)
  ).join(", ");
}

function isText(node: Node | undefined): boolean {
  return node !== undefined && "A_Const" in node &&
    (node.A_Const.sval !== undefined || node.A_Const.isnull === true);
}

function select(values: readonly Node[]): Node {
  return {
    SelectStmt: {
      targetList: values.map((val) => ({ ResTarget: { val } })),
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    },
  } as Node;
}

function find(
  call: UtilityCall,
  { path, args, location }: Called,
): UserFunction {
  const { core } = call;
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
    const shown = `${name}(${typeNames(call, args)})`;
    if (found.length > 0) {
      throw errorAt("42809", `${shown} is not a procedure`, location, {
        hint: "To call a function, use SELECT.",
      });
    }
    throw errorAt("42883", `procedure ${shown} does not exist`, location, {
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
    return typeCast(core, node, input.type);
  });
  const statement = core.preparer.parsed({
    node: select(targets),
    text,
    location: 0,
    length: text.length,
  });
  let found: Datum[] = [];
  await core.executor.run(statement, params, {
    row: (row) => found = [...row],
    full: () => undefined,
  }, false);
  return found;
}

async function run(call: UtilityCall): Promise<UtilityResult> {
  const { core, node } = call;
  const called = readCall(node);
  const procedure = find(call, called);
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
  const params = await values(call, procedure, called.args);
  await asFunction(core, procedure, async () => {
    for (const [i, statement] of prepareBody(core, procedure).entries()) {
      try {
        await core.executor.run(
          statement,
          params,
          { row: () => {}, full: () => undefined },
          false,
        );
      } catch (error) {
        throw inContext(error, `SQL function "${name}" statement ${i + 1}`);
      }
    }
  });
  return { tag: "CALL" };
}

/** See the top of the file. */
export const callProcedure: Utility = { name: "CALL", run };
