/**
 * `@name`, `@name := value` and `@@name` in expressions (MySQL manual, 11.4 and 7.1.9).
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { MysqlError } from "./error.ts";
import { valueOf } from "./expression.ts";
import { call, cast, nothing, number, text } from "./nodes.ts";
import type { Parser } from "./parser.ts";

/** At `@name`. */
export function userVariable(p: Parser): Node {
  const name = p.take().value;
  p.volatile = true;
  if (p.accept(":=")) return call("assign_variable", text(name), valueOf(p));
  const type = p.options.userVariable(name);
  if (type === undefined) return nothing();
  if (type === "int8") return call("whole_variable", text(name));
  const found = call("user_variable", text(name));
  return type === "text" ? found : cast(found, type);
}

/**
 * @param written What stands after `@@`.
 * @returns Scope and name.
 */
export function splitSystemName(written: string): {
  readonly scope: "session" | "global" | undefined;
  readonly name: string;
} {
  const [first, ...rest] = written.split(".");
  switch (first) {
    case "session":
    case "local":
      if (rest.length > 0) return { scope: "session", name: rest.join(".") };
      break;
    case "global":
      if (rest.length > 0) return { scope: "global", name: rest.join(".") };
  }
  return { scope: undefined, name: written };
}

/** At `@@name`. */
export function systemVariable(p: Parser): Node {
  const { scope, name } = splitSystemName(p.take().value);
  p.volatile = true;
  const found = p.options.systemVariable(scope, name);
  if (found === undefined) {
    throw new MysqlError(1193, "HY000", `Unknown system variable '${name}'`);
  }
  if (found === null) return nothing();
  return typeof found === "number"
    ? number(String(found))
    : cast(text(found), "text");
}
