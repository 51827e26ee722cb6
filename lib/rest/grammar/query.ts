/**
 * The query string of `/rest/v1`.
 *
 * It is PostgREST's grammar, except that nothing after what was understood is passed over (`x=is.null.y`,
 * `x)=eq.1` and `in.(1)2` are errors), that blanks may stand around quoted values of lists, that braces in
 * trees may hold braces, and that there are limits (`limits.ts`).
 *
 * @module
 */

import { RestError } from "../error.ts";
import type { RestQuery, SelectItem } from "../request.ts";
import { parseColumns } from "./columns.ts";
import { parseFilterKey, parseLogicKey, parsePath } from "./keys.ts";
import { createLevels, type LevelDraft } from "./levels.ts";
import { maxConditions, type Tally } from "./limits.ts";
import { parseLogic } from "./logic.ts";
import { type Operation, readOperation } from "./operators.ts";
import { parseOrder } from "./order.ts";
import { endOfInput, Scanner } from "./scanner.ts";
import { parseSelect } from "./select.ts";
import { plainOperators } from "./shape.ts";
import { readRest } from "./values.ts";
import { wholeNumber } from "./whole_number.ts";

/** An argument of a function, by its name; a name may come again. */
export type Argument = readonly [name: string, value: string];

/** The query string of a call by GET. */
export interface RpcQuery {
  /** What is no filter and no reserved word, in its order. */
  readonly arguments: readonly Argument[];
  /** What shapes the function's rows. */
  readonly query: RestQuery;
}

/** Takes what is no filter, where that has a meaning. */
type Otherwise = (key: string, value: string) => void;

interface Reading {
  readonly levels: ReturnType<typeof createLevels>;
  readonly tally: Tally;
  readonly otherwise: Otherwise | undefined;
  /** Values of plain filters so far, if they are numbered. */
  slots: number | undefined;
}

/** A parameter like `id=eq.5`. */
function readFilter(key: string, value: string, reading: Reading): void {
  const scanner: Scanner = new Scanner(value, { what: "filter" });
  const operation = readOperation(scanner, readRest);
  if (operation === undefined || !scanner.atEnd()) {
    if (reading.otherwise !== undefined) {
      reading.otherwise(key, value);
      return;
    }
    // A bad key is told first.
    parseFilterKey(key);
    if (operation !== undefined) scanner.note(endOfInput);
    scanner.fail();
  }
  if (++reading.tally.conditions > maxConditions) {
    scanner.refuse(`more than ${maxConditions} filters`);
  }
  const { path, field } = parseFilterKey(key);
  const numbered = reading.slots !== undefined && isPlain(operation)
    ? { slot: reading.slots++ }
    : {};
  reading.levels.at(path).filters.push({
    kind: "condition",
    field,
    ...operation,
    ...numbered,
  });
}

/** Whether the value is bound as it came, and nothing else depends on it. */
function isPlain({ operator, negated, quantifier }: Operation): boolean {
  return plainOperators.has(operator) && !negated && quantifier === undefined;
}

/** `limit=5`; what is no number says nothing. */
function readLimit(level: LevelDraft, value: string): void {
  const limit = wholeNumber(value);
  if (limit === undefined) return;
  if (limit < 0) {
    // Both texts are PostgREST's.
    throw new RestError("PGRST103", "Requested range not satisfiable", {
      details: "Limit should be greater than or equal to zero.",
    });
  }
  level.limit = limit;
}

function readOffset(level: LevelDraft, value: string): void {
  const offset = wholeNumber(value);
  if (offset !== undefined) level.offset = Math.max(offset, 0);
}

/** A parameter that is no word of its own: its key's last segment may be a reserved word. */
function readParameter(key: string, value: string, reading: Reading): void {
  const dot = key.lastIndexOf(".");
  const word = dot < 0 ? key : key.slice(dot + 1);
  switch (word) {
    case "order": {
      const level = reading.levels.at(parsePath(key, dot));
      if (value !== "") level.order.push(...parseOrder(value, reading.tally));
      return;
    }
    case "limit":
      return readLimit(reading.levels.at(parsePath(key, dot)), value);
    case "offset":
      return readOffset(reading.levels.at(parsePath(key, dot)), value);
    case "and":
    case "or": {
      const { path, head } = parseLogicKey(key, word);
      const group = parseLogic(value, head, reading.tally);
      reading.levels.at(path).filters.push(group);
      return;
    }
    default:
      return readFilter(key, value, reading);
  }
}

const everything = parseSelect("");

function read(
  search: URLSearchParams,
  { otherwise, numbered = false }: {
    otherwise?: Otherwise;
    numbered?: boolean;
  } = {},
): RestQuery {
  const levels = createLevels();
  const tally = { conditions: 0, orderTerms: 0 };
  const reading: Reading = {
    levels,
    tally,
    otherwise,
    slots: numbered ? 0 : undefined,
  };
  let select: readonly SelectItem[] | undefined;
  let columns: readonly string[] | undefined;
  let onConflict: readonly string[] | undefined;
  for (const [key, value] of search) {
    switch (key) {
      case "select":
        select ??= parseSelect(value);
        break;
      case "columns":
        columns ??= parseColumns(value, "columns");
        break;
      case "on_conflict":
        if (value !== "") onConflict ??= parseColumns(value, "on_conflict");
        break;
      case "apikey":
        // Clients of Supabase put their key into some addresses; here it counts in headers alone.
        break;
      default:
        readParameter(key, value, reading);
    }
  }
  return {
    select: select ?? everything,
    levels: levels.all,
    columns,
    onConflict,
    ...(numbered ? { slots: reading.slots } : {}),
  };
}

/** What an empty query string asks for. */
export const plainQuery: RestQuery = read(new URLSearchParams());

/**
 * Reads the query string of a table, a view, or a function that is called by POST.
 *
 * Of `select`, `columns` and `on_conflict` the first counts, of `limit` and `offset` the last; all filters
 * must hold, and terms of `order` follow each other. A blank `order`, `limit`, `offset` or `on_conflict` says
 * nothing; a blank filter is an error, since a change without it could reach every row.
 *
 * @param search Parameters; see `search.ts` for those without `=`.
 * @param options Whether the values of plain filters are numbered, as `shape.ts` has them.
 * @returns What is asked for.
 * @throws {RestError} PGRST100, PGRST103.
 */
export function parseQuery(
  search: URLSearchParams,
  options?: { readonly numbered: boolean },
): RestQuery {
  return read(search, options);
}

/**
 * Reads the query string of a function that is called by GET: what does not read as a filter is an
 * argument.
 *
 * @param search Parameters.
 * @returns Arguments and the rest.
 * @throws {RestError} PGRST100, PGRST103.
 */
export function parseRpcQuery(search: URLSearchParams): RpcQuery {
  const given: Argument[] = [];
  const query = read(search, {
    otherwise: (key, value) => given.push([key, value]),
  });
  return { arguments: given, query };
}
