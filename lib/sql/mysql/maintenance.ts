/**
 * Reads CHECK, ANALYZE, OPTIMIZE and REPAIR TABLE (MySQL manual, 15.7.3), which say of each table what
 * InnoDB says: it is in order. SQLite keeps its own statistics and needs no repair.
 *
 * @module
 */

import type { MysqlStatement } from "./dialect.ts";
import { notSupportedYet } from "./error.ts";
import type { Parser } from "./parser.ts";
import { catalog, place, quote } from "./show_rows.ts";
import { existing } from "./show_tables.ts";

type Line = readonly [type: string, text: string];

const lines: Readonly<Record<string, readonly Line[] | undefined>> = {
  optimize: [
    [
      "note",
      "Table does not support optimize, doing recreate + analyze instead",
    ],
    ["status", "OK"],
  ],
  repair: [["note", "The storage engine for the table doesn't support repair"]],
};

const fine: readonly Line[] = [["status", "OK"]];

/**
 * @param p Parser, after the first word.
 * @param word The word.
 * @returns A question to the catalog, for tables that are not there are told of too.
 */
export function maintenance(p: Parser, word: string): MysqlStatement {
  p.acceptOne("local", "no_write_to_binlog");
  if (p.acceptOne("table", "tables") === undefined) throw p.error();
  if (word === "checksum") throw notSupportedYet("CHECKSUM TABLE");
  const tables = p.list(() => place(p, p.qualifiedName()));
  while (!p.over) p.take();
  const rows = tables.flatMap(({ database, table }, at) => {
    const name = `${database}.${table}`;
    const of = (isThere: boolean, [type, text]: Line, i: number) =>
      `SELECT ${at}, ${i}, ${quote(name)}, ${quote(word)}, ${quote(type)}, ${
        quote(text)
      } WHERE ${isThere ? "" : "NOT "}EXISTS ${existing(database, table)}`;
    return [
      ...(lines[word] ?? fine).map((line, i) => of(true, line, i)),
      ...([
        ["Error", `Table '${name}' doesn't exist`],
        ["status", "Operation failed"],
      ] as const).map((line, i) => of(false, line, i)),
    ];
  });
  return catalog(
    `SELECT l."Table", l."Op", l."Msg_type", l."Msg_text" FROM (${
      rows.join(" UNION ALL ")
    }) AS l(part, line, "Table", "Op", "Msg_type", "Msg_text") ORDER BY l.part, l.line`,
  );
}
