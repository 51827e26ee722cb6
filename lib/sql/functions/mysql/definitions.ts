/**
 * Functions of the schema `pg_mysql`: what MySQL's semantics need and PostgreSQL has not. No search path
 * leads there and no catalog lists them.
 *
 * @module
 */

import type { Definition } from "../define.ts";
import { mysqlConversions } from "./convert.ts";
import { mysqlDates } from "./dates.ts";
import { mysqlFullText } from "./full_text.ts";
import { mysqlJson } from "./json.ts";
import { mysqlLists } from "./lists.ts";
import { mysqlNumbers } from "./numbers.ts";
import { mysqlSchemaRows } from "./schema.ts";
import { mysqlSession } from "./session.ts";
import { mysqlTimes } from "./times.ts";
import { mysqlTexts } from "./texts.ts";
import { mysqlUnsigned } from "./unsigned.ts";

/** See the top of the file. */
export const mysqlFunctions: readonly Definition[] = [
  ...mysqlConversions,
  ...mysqlNumbers,
  ...mysqlUnsigned,
  ...mysqlTexts,
  ...mysqlDates,
  ...mysqlTimes,
  ...mysqlJson,
  ...mysqlFullText,
  ...mysqlLists,
  ...mysqlSession,
  ...mysqlSchemaRows,
];
