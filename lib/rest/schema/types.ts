/**
 * Types of columns and arguments, as requests need them.
 *
 * @module
 */

import type { Row } from "../../engine/rows.ts";
import type { CatalogRows } from "./catalog_rows.ts";
import type { RestColumn } from "./picture.ts";

/** What is known of a type. */
export interface TypeFacts {
  readonly type: string;
  readonly castType: string;
  readonly baseType: string;
  readonly typeKind: RestColumn["typeKind"];
  readonly enumValues?: readonly string[] | undefined;
  /** Whether a domain refuses NULL. */
  readonly notNull: boolean;
  /** Modifier that a domain brings; -1 for none. */
  readonly modifier: number;
  /** Number of the relation or composite type whose rows it is; 0 for none. */
  readonly relation: number;
  /** `p` for a pseudo-type such as `void`, `record`, `trigger`. */
  readonly pseudo: boolean;
}

/** Types by number. */
export interface Types {
  /**
   * @param oid Number.
   * @returns What is known of it.
   * @throws {Error} When the catalog does not hold it.
   */
  get(oid: number): TypeFacts;
}

const plainName = /^[a-z_][a-z0-9_]*$/;

/**
 * @param name Name.
 * @returns It in double quotes if it needs them; a key word that stands after a dot does not.
 */
function quoted(name: string): string {
  return plainName.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function kindOf(row: Row): RestColumn["typeKind"] {
  if (isArray(row)) return "a";
  switch (row["typtype"]) {
    case "c":
    case "d":
    case "e":
    case "r":
      return row["typtype"];
    case "m":
      return "r";
    default:
      return "b";
  }
}

function isArray(row: Row): boolean {
  return row["typcategory"] === "A" && row["typelem"] !== 0;
}

/**
 * @param rows Catalogs.
 * @returns Their types, each looked at when it is first asked for.
 */
export function readTypes(
  { types, enums, namespaces }: Pick<
    CatalogRows,
    "types" | "enums" | "namespaces"
  >,
): Types {
  const rows = new Map(types.map((row) => [Number(row["oid"]), row]));
  const schemas = new Map(namespaces.map((row) => [row["oid"], row]));
  const labels = new Map<number, string[]>();
  for (const row of enums) {
    const type = Number(row["enumtypid"]);
    const list = labels.get(type) ?? [];
    if (list.length === 0) labels.set(type, list);
    list.push(String(row["enumlabel"]));
  }
  const known = new Map<number, TypeFacts>();

  function rowOf(oid: number): Row {
    const row = rows.get(oid);
    if (row === undefined) {
      throw new Error(`Cannot read the schema: type ${oid} is not there`);
    }
    return row;
  }

  /** Name fit for a cast under any search path. */
  function castName(row: Row): string {
    const schema = schemas.get(row["typnamespace"] as number);
    if (schema?.["nspname"] === "pg_catalog") return String(row["label"]);
    return isArray(row)
      ? `${castName(rowOf(Number(row["typelem"])))}[]`
      : `${schema?.["quoted"]}.${quoted(String(row["typname"]))}`;
  }

  function read(oid: number): TypeFacts {
    const row = rowOf(oid);
    let base = row;
    let notNull = row["typnotnull"] === true;
    let modifier = -1;
    while (base["typtype"] === "d") {
      if (modifier === -1) modifier = Number(base["typtypmod"]);
      base = rowOf(Number(base["typbasetype"]));
      notNull ||= base["typnotnull"] === true;
    }
    return {
      type: String(row["label"]),
      castType: castName(row),
      baseType: String(base["typname"]),
      typeKind: kindOf(row),
      enumValues: labels.get(Number(base["oid"])),
      notNull,
      modifier,
      relation: Number(base["typrelid"]),
      pseudo: row["typtype"] === "p",
    };
  }

  return {
    get(oid) {
      let facts = known.get(oid);
      if (facts === undefined) known.set(oid, facts = read(oid));
      return facts;
    },
  };
}
