/**
 * How a PostgreSQL value is kept in SQLite, passed to functions and bound.
 *
 * | PostgreSQL | datum |
 * |---|---|
 * | NULL | `null` |
 * | bool | INTEGER 0 or 1 |
 * | int2, int4, int8, oid, reg* | INTEGER (`bigint` beyond 2^53) |
 * | float4, float8 | REAL; NaN is the text `NaN`, which sorts after every number as in PostgreSQL |
 * | numeric | TEXT as PostgreSQL writes it, with its scale (`1.10`), collation `pg_numeric` |
 * | text, varchar, name, "char", enums | TEXT |
 * | char(n) | TEXT, blank-padded, collation `rtrim` (SQLite's own) |
 * | bytea | BLOB |
 * | date | INTEGER days since 2000-01-01; 2147483647 and -2147483648 are ±infinity |
 * | time | INTEGER microseconds since midnight |
 * | timetz | TEXT `microseconds zone` (zone: seconds west of UTC), collation `pg_timetz` |
 * | timestamp, timestamptz | INTEGER microseconds since 2000-01-01 00:00 (UTC); the ends of int8 are ±infinity |
 * | interval | TEXT `months days microseconds`, collation `pg_interval` |
 * | uuid | TEXT, lower case with dashes |
 * | json | TEXT as written |
 * | jsonb | TEXT as PostgreSQL writes it, collation `pg_jsonb` |
 * | tsvector, tsquery | TEXT as PostgreSQL writes it |
 * | arrays | TEXT, JSON array of datums (`[1,null,"a"]`, bytea as hexadecimal `\\x…` text), nested for more dimensions, collation `pg_array` |
 * | records | TEXT, JSON array of the fields' datums |
 * | domains | as their base type |
 *
 * Equality, order and indexes are then SQLite's own, with the collation of the type.
 *
 * @module
 */

/** A value in the form of the table above. */
export type Datum = null | number | bigint | string | Uint8Array;
