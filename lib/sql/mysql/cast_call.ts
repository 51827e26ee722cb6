/**
 * Reads `CAST(a AS type)` and `CONVERT(a, type)`, `CONVERT(a USING charset)` (MySQL manual, 14.10).
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { readCharset } from "./collation.ts";
import { valueOf } from "./expression.ts";
import { call, cast, integer } from "./nodes.ts";
import { timeModifiers } from "./time_value.ts";
import type { Parser } from "./parser.ts";

/** After CAST. */
export function castTo(p: Parser): Node {
  p.expect("(");
  const node = valueOf(p);
  p.expect("as");
  const done = castType(p, node);
  p.expect(")");
  return done;
}

/** After CONVERT. */
export function convertCall(p: Parser): Node {
  p.expect("(");
  const node = valueOf(p);
  if (p.accept("using")) {
    const charset = readCharset(p);
    p.expect(")");
    return charset === "binary" ? call("binary", node) : call("to_text", node);
  }
  p.expect(",");
  const done = castType(p, node);
  p.expect(")");
  return done;
}

function lengthOf(p: Parser): number | undefined {
  return p.is("(") ? p.parenthesized(() => p.whole()) : undefined;
}

function castType(p: Parser, node: Node): Node {
  const word = p.anyName().toLowerCase();
  switch (word) {
    case "signed":
      p.acceptOne("integer", "int");
      return call("to_signed", node);
    case "unsigned":
      p.acceptOne("integer", "int");
      return call("to_unsigned", node);
    case "char":
    case "nchar": {
      const length = lengthOf(p);
      if (p.accept("character", "set") || p.accept("charset")) readCharset(p);
      const made = call("to_text", node);
      return length === undefined ? made : call("left", made, integer(length));
    }
    case "binary": {
      const length = lengthOf(p);
      const made = call("binary", node);
      return length === undefined
        ? made
        : call("binary_left", made, integer(length));
    }
    case "decimal":
    case "dec":
    case "numeric": {
      const sizes = p.is("(")
        ? p.parenthesized(() => p.list(() => p.whole()))
        : [10];
      return cast(
        call("to_decimal", node),
        "numeric",
        sizes[0] ?? 10,
        sizes[1] ?? 0,
      );
    }
    case "double":
      p.accept("precision");
      return call("to_double", node);
    case "float":
      lengthOf(p);
      return call("to_double", node);
    case "real":
      return call("to_double", node);
    case "date":
      return call("to_date", node);
    case "datetime":
    case "timestamp": {
      const digits = lengthOf(p) ?? 0;
      return cast(call("to_timestamp", node), "timestamp", digits);
    }
    case "time":
      return cast(
        call("to_time", node),
        "interval",
        ...timeModifiers(lengthOf(p) ?? 0),
      );
    case "year":
      return call("year", call("to_date", node));
    case "json":
      return call("to_json", node);
    default:
      throw p.error(p.peek(-1));
  }
}
