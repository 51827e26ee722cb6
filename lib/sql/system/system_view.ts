/**
 * Views of `pg_catalog` and `information_schema`, written in SQL over the system catalogs.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { fixedOid, type Relation } from "../catalog/catalog.ts";
import { parse } from "../parse.ts";
import { readSystemColumns } from "./system_table.ts";

/** A view. */
export interface SystemView {
  readonly name: string;
  /** `column type, …`. */
  readonly columns: string;
  readonly sql: string;
  /**
   * Whether everybody may read it.
   *
   * @default {true}
   */
  readonly open?: boolean;
}

/** Room for the numbers of one schema's views and their row types. */
const span = 200;

/**
 * @param schema Oid of the schema.
 * @param first First number to give out.
 * @param views Views.
 * @returns They as relations; a query is parsed when it is first asked for.
 */
export function viewRelations(
  schema: number,
  first: number,
  views: readonly SystemView[],
): Relation[] {
  return views.map(({ name, columns, sql, open = true }, index) => {
    let node: Node | undefined;
    return {
      oid: first + index,
      name,
      schema,
      kind: "v",
      owner: fixedOid.postgres,
      persistence: "p",
      columns: readSystemColumns(columns),
      constraints: [],
      indexes: [],
      policies: [],
      rowSecurity: false,
      forceRowSecurity: false,
      acl: open
        ? [
          { grantee: 10, grantor: 10, privileges: "arwdDxt" },
          { grantee: 0, grantor: 10, privileges: "r" },
        ]
        : null,
      storage: "",
      rowType: first + span + index,
      view: {
        text: sql,
        get node(): Node {
          return node ??= only(name, sql);
        },
        securityInvoker: false,
        securityBarrier: false,
        checkOption: "",
      },
      system: true,
    };
  });
}

function only(name: string, sql: string): Node {
  const [statement] = parse(sql);
  if (statement === undefined) throw new Error(`Cannot read view ${name}`);
  return statement.node;
}
