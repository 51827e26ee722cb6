/**
 * PREPARE, EXECUTE, DEALLOCATE.
 *
 * @module
 */

import type {
  DeallocateStmt,
  ExecuteStmt,
  Node,
  PrepareStmt,
} from "@pgsql/types";
import { resolveTypeName } from "../../../sql/analyze/type_name.ts";
import type { Datum } from "../../../sql/datum.ts";
import { SqlError } from "../../../sql/error.ts";
import { oid } from "../../../sql/types/type.ts";
import { tagOf } from "../portal.ts";
import type { SessionCore } from "../session_core.ts";
import type { NamedStatement } from "../session_options.ts";
import type { Statement } from "../statement.ts";
import { constantText } from "./nodes.ts";
import type { Utility, UtilityCall, UtilityResult } from "./utility.ts";

/** Named statements of one session. */
const mostStatements = 10_000;
/** Characters of their texts. */
const mostCharacters = 32 * 1024 * 1024;
/** So few short ones need no counting. */
const few = 100;
const shortText = 65_536;

function charactersOf(prepared: SessionCore["prepared"]): number {
  let characters = 0;
  for (const { text } of prepared.values()) characters += text.length;
  return characters;
}

/**
 * @param core Session.
 * @param name Name; empty for the unnamed one, which may be replaced.
 * @param entry The statement.
 * @throws {SqlError} 42P05 if there is one of that name, 53400 if there are too many.
 */
export function nameStatement(
  core: SessionCore,
  name: string,
  entry: Omit<NamedStatement, "preparedMs">,
): void {
  const { prepared } = core;
  if (name !== "" && prepared.has(name)) {
    throw new SqlError("42P05", `prepared statement "${name}" already exists`);
  }
  if (
    prepared.size >= mostStatements ||
    (entry.text.length > shortText || prepared.size >= few) &&
      charactersOf(prepared) + entry.text.length > mostCharacters
  ) {
    throw new SqlError("53400", "too many prepared statements");
  }
  prepared.set(name, { ...entry, preparedMs: core.instance.clock.now() });
}

function unknownStatement(name: string): SqlError {
  return new SqlError("26000", `prepared statement "${name}" does not exist`);
}

/** See the top of the file. */
export const prepare: Utility = {
  name: "PREPARE",
  run({ core, node, text }) {
    const { name = "", argtypes = [], query } =
      (node as { PrepareStmt: PrepareStmt }).PrepareStmt;
    const env = core.environment([]);
    const declared = argtypes.map((type) =>
      "TypeName" in type ? resolveTypeName(type.TypeName, env).type : 0
    );
    const statement = core.preparer.parsed(
      { node: query as Node, text, location: 0, length: text.length },
      { declared },
    );
    nameStatement(core, name, { statement, text, fromSql: true });
    return { tag: "PREPARE" };
  },
};

/**
 * @param core Session.
 * @param statement Statement to run.
 * @param name Its name.
 * @param args What EXECUTE gives it.
 * @returns Values of `$n`.
 */
async function argumentsOf(
  { core, text, params }: UtilityCall,
  statement: Statement,
  name: string,
  args: readonly Node[],
): Promise<Datum[]> {
  if (args.length !== statement.params.length) {
    throw new SqlError(
      "42601",
      `wrong number of parameters for prepared statement "${name}"`,
      {
        detail:
          `Expected ${statement.params.length} parameters but got ${args.length}.`,
      },
    );
  }
  if (args.length === 0) return [];
  const plain = plainArguments(core, statement, args);
  if (plain !== undefined) return plain;
  const query = {
    SelectStmt: {
      targetList: args.map((arg, i) => ({
        ResTarget: { val: castTo(core, arg, statement.params[i] as number) },
      })),
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    },
  } as Node;
  const values = core.preparer.parsed({
    node: query,
    text,
    location: 0,
    length: text.length,
  });
  let found: Datum[] = [];
  await core.executor.run(
    values,
    params,
    { row: (row) => found = [...row], full: () => undefined },
    false,
  );
  return found;
}

/** Literals need no plan. */
function plainArguments(
  core: SessionCore,
  { params }: Statement,
  args: readonly Node[],
): Datum[] | undefined {
  const values: Datum[] = [];
  for (const [i, arg] of args.entries()) {
    if (!("A_Const" in arg)) return undefined;
    if (arg.A_Const.isnull === true) {
      values.push(null);
      continue;
    }
    const type = core.catalog.type(params[i] as number);
    const text = constantText(arg);
    const isNumber = arg.A_Const.sval === undefined;
    if (
      type === undefined || text === undefined ||
      (isNumber && type.category !== "N")
    ) return undefined;
    if (
      isNumber && arg.A_Const.fval !== undefined &&
      type.oid !== oid.numeric && type.oid !== oid.float8
    ) return undefined;
    try {
      values.push(type.input(text, -1, core.eval));
    } catch {
      return undefined; // said again, with the place
    }
  }
  return values;
}

/** A cast to a type by its own qualified name. */
function castTo(core: SessionCore, arg: Node, type: number): Node {
  const { catalog } = core;
  const found = catalog.type(type);
  if (found === undefined || type === oid.unknown) return arg;
  const schema = catalog.schema(found.schema)?.name ?? "pg_catalog";
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

function executed(node: Node): ExecuteStmt {
  return (node as { ExecuteStmt: ExecuteStmt }).ExecuteStmt;
}

function find(core: SessionCore, name: string): Statement {
  const found = core.prepared.get(name)?.statement;
  if (found === undefined) throw unknownStatement(name);
  return found;
}

async function execute(call: UtilityCall): Promise<UtilityResult> {
  const { core, node, sink, alone, text } = call;
  const { name = "", params: args = [] } = executed(node);
  const statement = find(core, name);
  const params = await argumentsOf(call, statement, name, args);
  core.preparer.refresh(statement);
  const { compiled } = statement;
  switch (compiled.kind) {
    case "empty":
      return { tag: "" };
    case "query": {
      const { count } = await core.executor.run(statement, params, sink, alone);
      return { tag: tagOf(compiled.plan.tag, count) };
    }
    case "utility":
      return await compiled.utility.run({
        core,
        node: compiled.node,
        text,
        params,
        sink,
        alone,
      });
  }
}

/** See the top of the file. */
export const executeStatement: Utility = {
  name: "EXECUTE",
  describe(core, node) {
    return { columns: find(core, executed(node).name ?? "").columns };
  },
  run: execute,
};

/** See the top of the file. */
export const deallocate: Utility = {
  name: "DEALLOCATE",
  run({ core, node }) {
    const { name } = (node as { DeallocateStmt: DeallocateStmt })
      .DeallocateStmt;
    if (name === undefined) {
      core.prepared.clear();
      return { tag: "DEALLOCATE ALL" };
    }
    if (!core.prepared.delete(name)) throw unknownStatement(name);
    return { tag: "DEALLOCATE" };
  },
};
