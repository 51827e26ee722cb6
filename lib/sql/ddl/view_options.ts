/**
 * Options of views: `security_invoker`, `security_barrier`, `check_option`.
 *
 * @module
 */

import type { AlterTableCmd, DefElem } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { defElems, optionBoolean, optionText } from "./nodes.ts";
import type { Work } from "./work.ts";

/** Options of a view. */
export type ViewOptions = Pick<
  NonNullable<Relation["view"]>,
  "securityInvoker" | "securityBarrier" | "checkOption"
>;

/** What a view has when nothing is said. */
export const plainView: ViewOptions = {
  securityInvoker: false,
  securityBarrier: false,
  checkOption: "",
};

/**
 * @param options Options in parentheses.
 * @param before What there was.
 * @param reset Whether they are taken back.
 * @returns What there is.
 * @throws {SqlError} 22023 for unknown ones and wrong values.
 */
export function readViewOptions(
  options: readonly DefElem[],
  before: ViewOptions = plainView,
  reset = false,
): ViewOptions {
  let after = before;
  for (const each of options) {
    switch (each.defname) {
      case "security_invoker":
        after = { ...after, securityInvoker: !reset && truth(each) };
        break;
      case "security_barrier":
        after = { ...after, securityBarrier: !reset && truth(each) };
        break;
      case "check_option": {
        const text = reset ? "" : optionText(each).toLowerCase();
        if (text !== "" && text !== "local" && text !== "cascaded") {
          throw new SqlError(
            "22023",
            `invalid value for enum option "check_option": ${text}`,
            { detail: 'Valid values are "local" and "cascaded".' },
          );
        }
        after = { ...after, checkOption: text };
        break;
      }
      default:
        throw new SqlError(
          "22023",
          `unrecognized parameter "${each.defname}"`,
        );
    }
  }
  return after;
}

function truth(option: DefElem): boolean {
  try {
    return optionBoolean(option);
  } catch {
    throw new SqlError(
      "22023",
      `invalid value for boolean option "${option.defname}": ${
        optionText(option)
      }`,
    );
  }
}

/**
 * `SET (…)` and `RESET (…)`. Those of tables are about storage and change nothing here.
 *
 * @param work Statement.
 * @param relation Relation.
 * @param command The command.
 */
export function setViewOptions(
  work: Work,
  relation: Relation,
  { subtype, def }: AlterTableCmd,
): void {
  if (relation.view === undefined || relation.kind !== "v") return;
  const options = def !== undefined && "List" in def
    ? defElems(def.List.items)
    : [];
  work.putRelation({
    ...relation,
    view: {
      ...relation.view,
      ...readViewOptions(
        options,
        relation.view,
        subtype === "AT_ResetRelOptions",
      ),
    },
  });
}
