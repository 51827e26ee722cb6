/**
 * Finds what a value must meet to be of a domain.
 *
 * @module
 */

import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { inOtherText } from "./located.ts";
import { emptyScope } from "./new_scope.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";

/** Stands for the value in the printed text of a check, until the printer knows how it is called. */
export const domainValue = "\u0001value\u0001";

/** A domain as errors name it. */
export interface DomainName {
  readonly name: string;
  readonly schema: string;
}

/** One check. */
export interface DomainCheck {
  readonly domain: DomainName;
  /** Name of the constraint. */
  readonly name: string;
  /** Condition over {@linkcode domainValue}. */
  readonly expr: Expr;
}

/** What a domain and those below it ask. */
export interface DomainRules {
  /** Domains that allow no NULL. */
  readonly notNull: readonly DomainName[];
  readonly checks: readonly DomainCheck[];
}

/**
 * @param type Domain.
 * @param scope For names.
 * @returns Its rules, those of the domain below first.
 */
export function domainRules(type: number, scope: Scope): DomainRules {
  const { env } = scope;
  const notNull: DomainName[] = [];
  const checks: DomainCheck[] = [];
  for (
    let found = env.catalog.type(type);
    found?.kind === "d";
    found = env.catalog.type(found.baseType ?? 0)
  ) {
    const rules = env.catalog.domain(found.oid);
    if (rules === undefined) continue;
    const domain: DomainName = {
      name: found.name,
      schema: env.catalog.schema(found.schema)?.name ?? "",
    };
    if (rules.notNull) notNull.unshift(domain);
    const value: Expr = {
      kind: "outer",
      sql: domainValue,
      type: found.baseType ?? oid.text,
      typmod: found.baseTypmod ?? -1,
    };
    const inner: Scope = {
      ...emptyScope(env, scope.statement),
      arguments: new Map([["value", value]]),
    };
    // In order of their names, as PostgreSQL does.
    const own = [...rules.checks]
      .sort((a, b) => a.name < b.name ? -1 : 1)
      .map(({ name, check }): DomainCheck => ({
        domain,
        name,
        expr: inOtherText(
          scope.statement,
          () =>
            resolver.coerce(
              resolver.expression(check.node, inner, "check"),
              oid.bool,
              -1,
              "assignment",
              inner,
            ),
        ),
      }));
    checks.unshift(...own);
  }
  return { notNull, checks };
}
