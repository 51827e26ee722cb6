/**
 * One version of a table, ready to show its rows.
 *
 * @module
 */

import type { Catalog, Relation } from "../../../sql/catalog/catalog.ts";
import type { EvalContext } from "../../../sql/eval_context.ts";
import { jsonText, shapeOf } from "../../../sql/functions/to_json.ts";
import type {
  ColumnCondition,
  RowImage,
  TableReader,
} from "../../change_reader.ts";
import { conditionOn } from "./condition.ts";

/** Where a table is read. */
export interface ReadContext {
  readonly catalog: Catalog;
  readonly eval: EvalContext;
}

/** See the top of the file. */
export class RelationReader implements TableReader {
  readonly relation: Relation;
  readonly schema: string;
  readonly columns: TableReader["columns"];
  readonly key: readonly number[];
  readonly #context: ReadContext;
  #shapes: ReturnType<typeof shapeOf>[] | undefined;

  /**
   * @param relation The table.
   * @param context Names its types.
   */
  constructor(relation: Relation, context: ReadContext) {
    this.relation = relation;
    this.#context = context;
    this.schema = context.catalog.schema(relation.schema)?.name ?? "";
    this.columns = relation.columns.map(({ name, type }) => ({
      name,
      type: context.catalog.type(type)?.name ?? "text",
    }));
    const key = relation.constraints.find(({ kind }) => kind === "p");
    this.key = (key?.columns ?? []).map((number) =>
      relation.columns.findIndex((column) => column.number === number)
    );
  }

  get oid(): number {
    return this.relation.oid;
  }

  get name(): string {
    return this.relation.name;
  }

  get rowSecurity(): boolean {
    return this.relation.rowSecurity;
  }

  get wholeOldRows(): boolean {
    return this.relation.replicaIdentity === "f";
  }

  json(row: RowImage): string[] {
    const context = this.#context.eval;
    const shapes = this.#shapes ??= this.relation.columns.map(({ type }) =>
      shapeOf({ oid: type }, context)
    );
    return shapes.map((shape, i) => jsonText(row[i] ?? null, shape, context));
  }

  condition(condition: ColumnCondition): (row: RowImage) => boolean {
    return conditionOn(this.relation, condition, this.#context);
  }
}
