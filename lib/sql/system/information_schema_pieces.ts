/**
 * Pieces of SQL that several views of `information_schema` are made of.
 *
 * @module
 */

/** The one database. */
export const database = "'postgres'::name";

/** Roles whose objects the present role may see: those it can act as. */
export const mayUse = (owner: string): string =>
  `pg_catalog.pg_has_role(${owner}, 'USAGE'::text)`;

/** Whether the present role may do anything with relation `c`. */
export const maySee = `(${mayUse("c.relowner")}
  OR pg_catalog.has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'::text)
  OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'::text))`;

/** A condition as `YES` or `NO`. */
export const yesNo = (condition: string): string =>
  `CASE WHEN ${condition} THEN 'YES' ELSE 'NO' END::varchar`;

/** Relations `c` with their schema `n`. */
export const relation = `pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

/** Lengths and precisions of a type `t` with modifier `m`, as several views have them. */
export const typeColumns =
  "data_type varchar?, character_maximum_length int4?, character_octet_length int4?, numeric_precision int4?, numeric_precision_radix int4?, numeric_scale int4?, datetime_precision int4?, interval_type varchar?, interval_precision int4?";

/** The expressions of {@linkcode typeColumns}. */
export function typeExpressions(type: string, typmod: string): string {
  const base =
    `CASE WHEN ${type}.typtype = 'd' THEN ${type}.typbasetype ELSE ${type}.oid END`;
  const modifier =
    `CASE WHEN ${type}.typtype = 'd' THEN ${type}.typtypmod ELSE ${typmod} END`;
  return `CASE WHEN ${type}.typtype = 'd' THEN
        CASE WHEN bt.typelem <> 0 AND bt.typlen = -1 THEN 'ARRAY'
          WHEN bt.typnamespace = 11 THEN pg_catalog.format_type(${type}.typbasetype, NULL)
          ELSE 'USER-DEFINED' END
      WHEN ${type}.typelem <> 0 AND ${type}.typlen = -1 THEN 'ARRAY'
      WHEN ${type}.typnamespace = 11 THEN pg_catalog.format_type(${type}.oid, NULL)
      ELSE 'USER-DEFINED' END::varchar AS data_type,
    CASE WHEN (${base}) IN (1042, 1043) AND (${modifier}) <> -1 THEN (${modifier}) - 4 END
      AS character_maximum_length,
    CASE WHEN (${base}) IN (25, 1042, 1043) THEN
      CASE WHEN (${modifier}) = -1 THEN 1073741824 ELSE 4 * ((${modifier}) - 4) END END
      AS character_octet_length,
    CASE (${base}) WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
      WHEN 1700 THEN CASE WHEN (${modifier}) = -1 THEN NULL ELSE (((${modifier}) - 4) >> 16) & 65535 END
      END AS numeric_precision,
    CASE WHEN (${base}) IN (21, 23, 20, 700, 701) THEN 2 WHEN (${base}) = 1700 THEN 10 END
      AS numeric_precision_radix,
    CASE WHEN (${base}) IN (21, 23, 20) THEN 0 WHEN (${base}) = 1700 AND (${modifier}) <> -1
      THEN ((${modifier}) - 4) & 65535 END AS numeric_scale,
    CASE WHEN (${base}) = 1082 THEN 0
      WHEN (${base}) IN (1083, 1114, 1184, 1266) THEN CASE WHEN (${modifier}) < 0 THEN 6 ELSE (${modifier}) END
      WHEN (${base}) = 1186 THEN
        CASE WHEN (${modifier}) < 0 OR ((${modifier}) & 65535) = 65535 THEN 6 ELSE (${modifier}) & 65535 END
      END AS datetime_precision,
    NULL::varchar AS interval_type, NULL::int4 AS interval_precision`;
}
