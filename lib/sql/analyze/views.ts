/**
 * Puts the query of a view in its place, with the rights of its owner.
 *
 * @module
 */

import { fixedOid, type Relation } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import type { Query } from "../tree.ts";
import { errorAt, inOtherText, tooDeep } from "./located.ts";
import { emptyScope, memoOf } from "./new_scope.ts";
import { resolveStatementQuery } from "./query.ts";
import type { Scope } from "./scope.ts";

/** Views within views. */
const deepest = 400;

/**
 * @param relation A view.
 * @param scope Where it is named.
 * @returns Environment of its query: whose rights count for what it reads.
 */
export function viewEnvironment(
  relation: Relation,
  scope: Scope,
): Environment {
  return {
    ...scope.env,
    ofSystem: relation.system && relation.schema !== fixedOid.auth,
    // An invoker's view inside another view still looks at who runs the statement.
    role: relation.view?.securityInvoker
      ? memoOf(scope.statement).invoker || scope.env.role
      : relation.owner,
  };
}

/**
 * @param relation A view.
 * @param scope Where it is named.
 * @param locked Whether it is read `FOR UPDATE`, as then are its tables.
 * @returns Its query.
 */
export function viewQuery(
  relation: Relation,
  scope: Scope,
  locked: boolean,
): Query {
  const { view } = relation;
  if (view === undefined) {
    throw errorAt("42809", `"${relation.name}" is not a view`);
  }
  const { statement } = scope;
  if (statement.depth > deepest) throw tooDeep();
  statement.depth += 1;
  try {
    return inOtherText(statement, () =>
      resolveStatementQuery(
        view.node,
        emptyScope(viewEnvironment(relation, scope), statement),
        { locked },
      ));
  } finally {
    statement.depth -= 1;
  }
}
