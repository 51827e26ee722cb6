/**
 * Functions of JSON whose meaning depends on the types of their values.
 *
 * @module
 */

import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { invoke, toJson, toJsonValue, toText } from "./convert.ts";
import { cast, type Form } from "./form.ts";

/** Pairs or items of JSON: values become what they are. */
export const jsonItems = (name: string): Form => (args, scope) => {
  if (name === "json_object" && args.length % 2 !== 0) return undefined;
  const items = args.map((arg, at) =>
    name === "json_object" && at % 2 === 0
      ? toText(arg, scope)
      : cast(toJsonValue(arg, scope), oid.text, scope)
  );
  const array: Expr = {
    kind: "array",
    elements: items,
    type: 1009,
    typmod: -1,
  };
  return invoke(name === "json_object" ? "json_object_of" : "json_array_of", [
    array,
  ], scope);
};

/** A document and pairs of paths and values, one after the other. */
export const jsonChange = (name: string): Form => (args, scope) => {
  const [document, ...pairs] = args;
  if (document === undefined || pairs.length === 0 || pairs.length % 2 !== 0) {
    return undefined;
  }
  let result = toJson(document, scope);
  for (let at = 0; at < pairs.length; at += 2) {
    result = invoke(name, [
      result,
      toText(pairs[at] as Expr, scope),
      toJsonValue(pairs[at + 1] as Expr, scope),
    ], scope);
  }
  return result;
};
