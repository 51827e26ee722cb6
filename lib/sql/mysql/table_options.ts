/**
 * Reads options of tables: ENGINE, CHARSET, COLLATE, COMMENT (MySQL manual, 15.1.20).
 *
 * @module
 */

import { defaultCollation, readCharset, readCollation } from "./collation.ts";

import type { Parser } from "./parser.ts";

/** What stands after the parentheses. */
export interface TableOptions {
  collation: string;
  comment: string | undefined;
  autoIncrement: string | undefined;
}

const plainOptions: ReadonlySet<string> = new Set([
  "engine",
  "row_format",
  "max_rows",
  "min_rows",
  "avg_row_length",
  "checksum",
  "delay_key_write",
  "pack_keys",
  "key_block_size",
  "stats_persistent",
  "stats_auto_recalc",
  "stats_sample_pages",
  "insert_method",
  "compression",
  "encryption",
  "tablespace",
  "connection",
  "autoextend_size",
  "page_checksum",
  "transactional",
  "type",
  "password",
]);

/** ENGINE=…, CHARSET=… and their like. */
export function tableOptions(p: Parser): TableOptions {
  const options: TableOptions = {
    collation: defaultCollation,
    comment: undefined,
    autoIncrement: undefined,
  };
  while (readOption(p, options)) p.accept(",");
  if (p.accept("partition", "by")) skipPartitions(p);
  return options;
}

/** One option; `false` when none follows. */
export function readOption(p: Parser, options: TableOptions): boolean {
  const mark = p.at;
  p.accept("default");
  if (p.accept("character", "set") || p.accept("charset")) {
    p.accept("=");
    readCharset(p);
    return true;
  }
  if (p.accept("collate")) {
    p.accept("=");
    options.collation = readCollation(p);
    return true;
  }
  if (p.accept("comment")) {
    p.accept("=");
    options.comment = p.string();
    return true;
  }
  if (p.accept("auto_increment")) {
    p.accept("=");
    options.autoIncrement = String(p.whole());
    return true;
  }
  if (p.token.kind === "word" && plainOptions.has(p.token.word)) {
    p.take();
    p.accept("=");
    p.take();
    return true;
  }
  p.at = mark;
  return false;
}

/** Partitions divide files; here all rows are in one. */
function skipPartitions(p: Parser): void {
  let depth = 0;
  while (!p.over) {
    if (p.is("(")) depth++;
    if (p.is(")")) depth--;
    if (depth === 0 && p.is("as", "select")) return;
    p.take();
  }
}
