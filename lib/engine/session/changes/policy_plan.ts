/**
 * How the row policies of a table are decided for one role: without a statement where they compare columns with
 * claims and constants, which most do; by one otherwise.
 *
 * @module
 */

import type { ColumnRef, Node, SelectStmt } from "@pgsql/types";
import type { Catalog, Relation } from "../../../sql/catalog/catalog.ts";
import { strings, walkTree } from "../../../sql/ddl/nodes.ts";
import { hasRightsOf, policyApplies } from "../../../sql/policies/applies.ts";
import { oid } from "../../../sql/types/type.ts";

/** A part of a policy that is decided without a statement. */
export type Part =
  /** An expression over claims and constants that must be true. */
  | { readonly kind: "claims"; readonly node: Node }
  /** A column that must equal such an expression. */
  | {
    readonly kind: "equal";
    readonly place: number;
    readonly type: number;
    readonly node: Node;
  };

/** See the top of the file. */
export type PolicyPlan =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | {
    readonly kind: "asked";
    readonly permissive: readonly Node[];
    readonly restrictive: readonly Node[];
    /** Whether everybody of the role sees the same rows. */
    readonly shared: boolean;
    /** All of it in parts; nothing when a statement has to decide. */
    readonly parts:
      | {
        /** One of these, */
        readonly permissive: readonly (readonly Part[])[];
        /** and all of those. */
        readonly restrictive: readonly Part[];
      }
      | undefined;
  };

/** A plan that has something to ask. */
export type Asked = Extract<PolicyPlan, { kind: "asked" }>;

/** Types whose equal values have equal datums. */
const plainTypes: ReadonlySet<number> = new Set([
  oid.uuid,
  oid.text,
  oid.varchar,
  oid.int2,
  oid.int4,
  oid.int8,
  oid.bool,
]);

/** Functions that read claims, and say the same all through a session. */
const claimFunctions: ReadonlySet<string> = new Set([
  "auth.uid",
  "auth.email",
  "auth.role",
  "auth.jwt",
  "pg_catalog.current_setting",
  "current_setting",
]);

/** Functions that give the same for the same arguments. */
const plainFunctions: ReadonlySet<string> = new Set(
  ["lower", "upper", "btrim"].flatMap((name) => [name, `pg_catalog.${name}`]),
);

/**
 * @param catalog Where roles are.
 * @param relation Table.
 * @param role Oid of who asks.
 * @param command `r` for rows that are read, `a` for rows that are written.
 * @returns How it is decided.
 */
export function planPolicies(
  catalog: Catalog,
  relation: Relation,
  role: number,
  command: "r" | "a",
): PolicyPlan {
  if (!relation.rowSecurity || isAbove(catalog, relation, role)) {
    return { kind: "all" };
  }
  const policies = relation.policies.filter((policy) =>
    (policy.command === "*" || policy.command === command) &&
    policyApplies(policy, role, catalog)
  );
  const nodes = (permissive: boolean) =>
    policies.filter((policy) => policy.permissive === permissive).map((
      { using, withCheck },
    ) => {
      const stored = command === "a" ? withCheck ?? using : using;
      return stored?.node ?? alwaysTrue;
    });
  const permissive = nodes(true);
  const restrictive = nodes(false);
  if (permissive.length === 0) return { kind: "none" };
  const all = [...permissive, ...restrictive];
  const split = (node: Node) => partsOf(relation, node);
  const wanted = permissive.map(split);
  const needed = restrictive.map(split);
  const parted = [...wanted, ...needed].every((each) => each !== undefined);
  return {
    kind: "asked",
    permissive,
    restrictive,
    shared: all.every((node) => !readsClaims(node)),
    parts: parted
      ? {
        permissive: wanted as Part[][],
        restrictive: (needed as Part[][]).flat(),
      }
      : undefined,
  };
}

const alwaysTrue: Node = { "A_Const": { boolval: { boolval: true } } };

function isAbove(
  catalog: Catalog,
  { owner, forceRowSecurity }: Relation,
  number: number,
): boolean {
  const role = catalog.role(number);
  return role === undefined || role.superuser || role.bypassRls ||
    (!forceRowSecurity && hasRightsOf(number, owner, catalog));
}

/** @returns What must all be true; nothing when only a statement can tell. */
function partsOf(relation: Relation, node: Node): Part[] | undefined {
  if ("BoolExpr" in node && node.BoolExpr.boolop === "AND_EXPR") {
    const parts = (node.BoolExpr.args ?? []).map((each) =>
      partsOf(relation, each)
    );
    return parts.every((each) => each !== undefined)
      ? (parts as Part[][]).flat()
      : undefined;
  }
  if (isOfClaims(node)) return [{ kind: "claims", node }];
  const column = columnOf(relation, node);
  if (column?.type === oid.bool) {
    return [{ kind: "equal", ...column, node: alwaysTrue }];
  }
  if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_OP") return undefined;
  const { name, lexpr, rexpr } = node.A_Expr;
  if (strings(name).at(-1) !== "=" || !lexpr || !rexpr) return undefined;
  return equalTo(relation, lexpr, rexpr) ?? equalTo(relation, rexpr, lexpr);
}

function equalTo(
  relation: Relation,
  left: Node,
  right: Node,
): Part[] | undefined {
  const column = columnOf(relation, left);
  return column !== undefined && isOfClaims(right)
    ? [{ kind: "equal", ...column, node: right }]
    : undefined;
}

function columnOf(
  relation: Relation,
  node: Node,
): { place: number; type: number } | undefined {
  if (!("ColumnRef" in node)) return undefined;
  const names = strings(node.ColumnRef.fields);
  if (names.length > 1 && names.at(-2) !== relation.name) return undefined;
  const place = relation.columns.findIndex(({ name }) => name === names.at(-1));
  const type = relation.columns[place]?.type;
  return type !== undefined && plainTypes.has(type)
    ? { place, type }
    : undefined;
}

/** Whether an expression says the same for all rows, as long as the claims are the same. */
function isOfClaims(node: Node): boolean {
  const [kind, value] = Object.entries(node)[0] as [string, never];
  const all = (nodes: readonly Node[] | undefined) =>
    (nodes ?? []).every(isOfClaims);
  switch (kind) {
    case "A_Const":
      return true;
    case "TypeCast":
      return isOfClaims((value as { arg: Node }).arg);
    case "FuncCall": {
      const { funcname, args } = value as { funcname: Node[]; args?: Node[] };
      const name = strings(funcname).join(".");
      return (claimFunctions.has(name) || plainFunctions.has(name)) &&
        all(args);
    }
    case "CoalesceExpr":
    case "BoolExpr":
    case "A_ArrayExpr":
    case "List":
      return all(
        (value as { args?: Node[] }).args ??
          (value as { elements?: Node[] }).elements ??
          (value as { items?: Node[] }).items,
      );
    case "NullTest":
      return isOfClaims((value as { arg: Node }).arg);
    case "A_Expr": {
      const { lexpr, rexpr } = value as { lexpr?: Node; rexpr?: Node };
      return [lexpr, rexpr].every((each) =>
        each === undefined || isOfClaims(each)
      );
    }
    case "SubLink": {
      const { subLinkType, subselect } = value as {
        subLinkType: string;
        subselect: { SelectStmt?: SelectStmt };
      };
      const { targetList = [], op = "SETOP_NONE", ...rest } =
        subselect.SelectStmt ?? {};
      const { limitOption: _, ...others } = rest;
      const [target] = targetList;
      return subLinkType === "EXPR_SUBLINK" && op === "SETOP_NONE" &&
        Object.keys(others).length === 0 && targetList.length === 1 &&
        target !== undefined && "ResTarget" in target &&
        target.ResTarget.val !== undefined &&
        isOfClaims(target.ResTarget.val);
    }
    default:
      return false;
  }
}

/** Whether two people of one role may see different rows. */
function readsClaims(node: Node): boolean {
  let found = false;
  walkTree({ node }, (kind, value) => {
    if (kind === "SubLink") found = true;
    if (kind === "FuncCall") {
      const { funcname } = value as { funcname: Node[] };
      if (!plainFunctions.has(strings(funcname).join("."))) found = true;
    }
  });
  return found;
}

/**
 * @param nodes Policies.
 * @returns Names of the columns that they may read; nothing for all of them.
 */
export function columnsOf(nodes: readonly Node[]): Set<string> | undefined {
  const names = new Set<string>();
  let all = false;
  walkTree({ nodes }, (kind, value) => {
    if (kind === "A_Star") all = true;
    if (kind !== "ColumnRef") return;
    for (const each of (value as ColumnRef).fields ?? []) {
      if ("A_Star" in each) all = true;
      if ("String" in each) names.add(each.String.sval ?? "");
    }
  });
  return all ? undefined : names;
}
