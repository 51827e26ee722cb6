/**
 * `nextval` and its companions (manual, 9.17).
 *
 * @module
 */

import { type Definition, fn } from "../define.ts";
import { volatile } from "./ask.ts";

/** See the top of the file. */
export const sequenceFunctions: readonly Definition[] = [
  fn("nextval(regclass) int8", { ...volatile("nextval"), oid: 1574 }),
  fn("currval(regclass) int8", { ...volatile("currval"), oid: 1575 }),
  fn("lastval() int8", { ...volatile("lastval"), oid: 2559 }),
  fn("setval(regclass, int8) int8", { ...volatile("setval"), oid: 1576 }),
  fn("setval(regclass, int8, bool) int8", {
    ...volatile("setval"),
    oid: 1765,
  }),
];
