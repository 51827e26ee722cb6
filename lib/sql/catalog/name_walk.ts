/**
 * Goes through the parse tree of a stored query or expression and tells what its names mean.
 *
 * Renaming a column, moving a table or dropping something has to find every place that means it. This
 * is far less than resolving: no types, and where FROM holds something whose columns only the resolver
 * knows, an unqualified name that nothing else has is taken for one of those.
 *
 * @module
 */

import type {
  ColumnRef,
  FuncCall,
  Node,
  RangeVar,
  SelectStmt,
  TypeName,
} from "@pgsql/types";
import {
  type NameContext,
  type NameEntry,
  type NameVisitor,
  relationOfRange,
} from "./name_visitor.ts";

export type { NameContext, NameEntry, NameVisitor } from "./name_visitor.ts";

interface Level {
  readonly entries: NameEntry[];
  readonly ctes: Map<string, readonly string[] | undefined>;
  readonly parent?: Level | undefined;
}

/**
 * @param tree Query or expression.
 * @param context What names are looked up in.
 * @param visitor Is told.
 */
export function walkNames(
  tree: Node,
  context: NameContext,
  visitor: NameVisitor,
): void {
  const { row } = context;
  const level: Level = { entries: [], ctes: new Map() };
  if (row !== undefined) {
    level.entries.push({
      alias: row.name,
      relation: row,
      names: row.columns.map(({ name }) => name),
      renamed: false,
    });
  }
  new Walk(context, visitor).fields(tree, level);
}

function texts(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) =>
    "String" in node ? node.String.sval ?? "" : "*"
  );
}

class Walk {
  readonly #context: NameContext;
  readonly #visitor: NameVisitor;

  constructor(context: NameContext, visitor: NameVisitor) {
    this.#context = context;
    this.#visitor = visitor;
  }

  /** Visits whatever is in a node, a list or a field. */
  fields(tree: unknown, level: Level): void {
    if (Array.isArray(tree)) {
      for (const each of tree) this.fields(each, level);
      return;
    }
    if (tree === null || typeof tree !== "object") return;
    for (const [key, value] of Object.entries(tree)) {
      if (value === null || typeof value !== "object") continue;
      switch (key) {
        case "SelectStmt":
          this.query(value as SelectStmt, level);
          break;
        case "ColumnRef":
          this.#column(value as ColumnRef, level);
          break;
        case "FuncCall":
          this.#visitor.function?.(value as FuncCall);
          this.fields(value, level);
          break;
        case "TypeCast":
          this.#cast(value as Record<string, unknown>);
          this.fields(value, level);
          break;
        case "typeName":
        case "TypeName":
          this.#visitor.type?.(value as TypeName);
          break;
        default:
          this.fields(value, level);
      }
    }
  }

  /** Visits a query and gives the names of its columns. */
  query(select: SelectStmt, parent: Level): readonly string[] | undefined {
    const level: Level = { entries: [], ctes: new Map(), parent };
    for (const node of select.withClause?.ctes ?? []) {
      if (!("CommonTableExpr" in node)) continue;
      const { ctename = "", aliascolnames, ctequery } = node.CommonTableExpr;
      const aliases = aliascolnames === undefined
        ? undefined
        : texts(aliascolnames);
      if (select.withClause?.recursive) level.ctes.set(ctename, aliases);
      const names = ctequery !== undefined && "SelectStmt" in ctequery
        ? this.query(ctequery.SelectStmt, level)
        : void this.fields(ctequery, level);
      level.ctes.set(ctename, aliases ?? names);
    }
    if (select.larg !== undefined && select.rarg !== undefined) {
      const names = this.query(select.larg, level);
      this.query(select.rarg, level);
      for (const each of [select.limitCount, select.limitOffset]) {
        this.fields(each, level);
      }
      return names;
    }
    for (const item of select.fromClause ?? []) this.#from(item, level);
    this.#visitor.query?.(select, level.entries);
    const output = this.#outputNames(select, level);
    const {
      targetList,
      whereClause,
      groupClause,
      havingClause,
      windowClause,
      valuesLists,
      limitCount,
      limitOffset,
      distinctClause,
      sortClause,
    } = select;
    this.fields(
      [
        targetList,
        whereClause,
        groupClause,
        havingClause,
        windowClause,
        valuesLists,
        limitCount,
        limitOffset,
      ],
      level,
    );
    for (const each of [...distinctClause ?? [], ...sortClause ?? []]) {
      const key = "SortBy" in each ? each.SortBy.node : each;
      if (key !== undefined && "ColumnRef" in key) {
        const [name, more] = texts(key.ColumnRef.fields);
        // Here the answer's names come before those of FROM.
        if (more === undefined && output?.includes(name ?? "")) continue;
      }
      this.fields(each, level);
    }
    return output;
  }

  #outputNames(
    select: SelectStmt,
    level: Level,
  ): readonly string[] | undefined {
    if (select.valuesLists !== undefined) {
      const [first] = select.valuesLists;
      const count = first !== undefined && "List" in first
        ? first.List.items?.length ?? 0
        : 0;
      return Array.from({ length: count }, (_, i) => `column${i + 1}`);
    }
    const names: string[] = [];
    for (const node of select.targetList ?? []) {
      if (!("ResTarget" in node)) continue;
      const { name, val } = node.ResTarget;
      if (name !== undefined) {
        names.push(name);
      } else if (val !== undefined && "ColumnRef" in val) {
        const parts = texts(val.ColumnRef.fields);
        if (parts.at(-1) !== "*") {
          names.push(parts.at(-1) ?? "");
          continue;
        }
        const entries = parts.length === 1
          ? level.entries
          : level.entries.filter(({ alias }) => alias === parts.at(-2));
        for (const entry of entries) {
          if (entry.names === undefined) return undefined;
          names.push(...entry.names);
        }
      } else {
        names.push("");
      }
    }
    return names;
  }

  #from(item: Node, level: Level): void {
    if ("RangeVar" in item) {
      this.#range(item.RangeVar, level);
    } else if ("JoinExpr" in item) {
      const { larg, rarg, quals, usingClause, isNatural } = item.JoinExpr;
      const before = level.entries.length;
      if (larg !== undefined) this.#from(larg, level);
      if (rarg !== undefined) this.#from(rarg, level);
      this.fields(quals, level);
      const joined = level.entries.slice(before);
      const shared = isNatural
        ? [...new Set(joined.flatMap(({ names }) => names ?? []))].filter(
          (name) =>
            joined.filter(({ names }) => names?.includes(name)).length > 1,
        )
        : texts(usingClause);
      for (const name of shared) {
        for (const entry of joined) {
          if (entry.names?.includes(name)) this.#visitor.using?.(name, entry);
        }
      }
    } else if ("RangeSubselect" in item) {
      const { subquery, alias } = item.RangeSubselect;
      // Without LATERAL nothing of this level is meant, and such names would not have been accepted.
      const names = subquery !== undefined && "SelectStmt" in subquery
        ? this.query(subquery.SelectStmt, level)
        : undefined;
      level.entries.push({
        alias: alias?.aliasname ?? "",
        names: withAliases(names, texts(alias?.colnames)),
        renamed: true,
      });
    } else if ("RangeFunction" in item) {
      const { functions, alias, coldeflist } = item.RangeFunction;
      this.fields([functions, coldeflist], level);
      level.entries.push({
        alias: alias?.aliasname ?? "",
        names: undefined,
        renamed: true,
      });
    } else {
      this.fields(item, level);
    }
  }

  #range(range: RangeVar, level: Level): void {
    const alias = range.alias?.aliasname ?? range.relname ?? "";
    const aliases = texts(range.alias?.colnames);
    if (range.schemaname === undefined) {
      for (let at: Level | undefined = level; at; at = at.parent) {
        if (!at.ctes.has(range.relname ?? "")) continue;
        level.entries.push({
          alias,
          names: withAliases(at.ctes.get(range.relname ?? ""), aliases),
          renamed: true,
        });
        return;
      }
    }
    const relation = relationOfRange(range, this.#context);
    level.entries.push({
      alias,
      relation,
      range,
      names: withAliases(relation?.columns.map(({ name }) => name), aliases),
      renamed: aliases.length > 0,
    });
    if (relation !== undefined) this.#visitor.relation?.(range, relation);
  }

  #column(ref: ColumnRef, level: Level): void {
    const parts = texts(ref.fields);
    const name = parts.at(-1) ?? "";
    if (name === "*") {
      const qualifier = parts.at(-2);
      const entries = qualifier === undefined
        ? level.entries
        : [this.#entry(qualifier, level)];
      for (const entry of entries) {
        if (entry !== undefined) this.#visitor.row?.(ref, entry);
      }
      return;
    }
    if (parts.length > 1) {
      const entry = this.#entry(parts.at(-2) ?? "", level);
      if (entry !== undefined) this.#found(ref, entry, name);
      return;
    }
    for (let at: Level | undefined = level; at; at = at.parent) {
      const having = at.entries.filter(({ names }) => names?.includes(name));
      for (const entry of having) this.#found(ref, entry, name);
      if (having.length > 0) return;
      const row = at.entries.find(({ alias }) => alias === name);
      if (row !== undefined) {
        this.#visitor.row?.(ref, row);
        return;
      }
    }
  }

  #entry(alias: string, level: Level): NameEntry | undefined {
    for (let at: Level | undefined = level; at; at = at.parent) {
      const found = at.entries.find((entry) => entry.alias === alias);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #found(ref: ColumnRef, entry: NameEntry, name: string): void {
    const index = entry.names?.indexOf(name) ?? -1;
    const column = entry.relation?.columns[index];
    if (column !== undefined) this.#visitor.column?.(ref, entry, column);
  }

  #cast({ arg, typeName }: Record<string, unknown>): void {
    const type = texts((typeName as TypeName | undefined)?.names).at(-1);
    const node = arg as Node | undefined;
    if (type !== "regclass" || node === undefined || !("A_Const" in node)) {
      return;
    }
    const text = node.A_Const.sval?.sval ?? "";
    if (/^\d+$/.test(text)) this.#visitor.relationOid?.(Number(text));
  }
}

function withAliases(
  names: readonly string[] | undefined,
  aliases: readonly string[],
): readonly string[] | undefined {
  if (names === undefined) return aliases.length > 0 ? aliases : undefined;
  return names.map((name, i) => aliases[i] ?? name);
}
