/**
 * Makes up SQL expressions of known types, for comparison with PostgreSQL.
 *
 * @module
 */

import fc from "fast-check";

const integers = ["0", "1", "-1", "2", "7", "100", "2147483647", "-32768"];
const numerics = ["0.0", "1.10", "-2.50", "3.14159", "1e5", "99999999999.99"];
const floats = ["0.5::float8", "-1.25::float8", "1e10::float8"];
const texts = ["''", "'a'", "'Abc'", "'hello world'", "'é'", "'12'", "'%b_'"];
const dates = [
  "date '2024-02-29'",
  "date '1999-12-31'",
  "date '2000-01-01'",
];
const moments = [
  "timestamp '2024-02-29 12:34:56.789'",
  "timestamp '1970-01-01 00:00:00'",
];
const spans = [
  "interval '1 day'",
  "interval '-3 months 02:30:00'",
  "interval '1 year 2 days 00:00:01.5'",
];
const documents = [
  `'{"a": 1, "b": [1, 2, {"c": null}]}'::jsonb`,
  `'[1, "x", true]'::jsonb`,
  `'"s"'::jsonb`,
  `'12.50'::jsonb`,
];
const arrays = ["ARRAY[1, 2, 3]", "'{}'::int[]", "ARRAY[5, NULL]"];

type Part = fc.Arbitrary<string>;

function literal(values: readonly string[], type: string): Part {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constant(`NULL::${type}`) },
  );
}

/** Puts parts into a pattern such as `(% + %)`. */
function form(pattern: string, ...parts: Part[]): Part {
  return fc.tuple(...parts).map((texts) => {
    let next = 0;
    return pattern.replace(/%/g, () => texts[next++] ?? "");
  });
}

/** Expressions of any of the types, three levels deep at most. */
export const expressions: Part = fc.letrec<
  Record<
    | "integer"
    | "numeric"
    | "float"
    | "text"
    | "boolean"
    | "date"
    | "moment"
    | "span"
    | "document"
    | "array"
    | "any",
    string
  >
>((tie) => {
  const i = tie("integer");
  const n = tie("numeric");
  const f = tie("float");
  const t = tie("text");
  const b = tie("boolean");
  const d = tie("date");
  const m = tie("moment");
  const s = tie("span");
  const j = tie("document");
  const a = tie("array");
  const one = (...parts: Part[]) =>
    fc.oneof(
      { maxDepth: 3, depthSize: "small", withCrossShrink: true },
      ...parts,
    );
  return {
    integer: one(
      literal(integers, "int4"),
      form("(% + %)", i, i),
      form("(% - %)", i, i),
      form("(% * %)", i, i),
      form("(% / %)", i, i),
      form("(% # %)", i, i),
      form("mod(%, %)", i, i),
      form("abs(%)", i),
      form("length(%)", t),
      form("(% - %)", d, d),
      form("coalesce(%, %)", i, i),
      form("CASE WHEN % THEN % ELSE % END", b, i, i),
      form("greatest(%, %)", i, i),
      form("nullif(%, %)", i, i),
      form("(%)::int4", n),
      form("(%)::int4", f),
      form("position(% in %)", t, t),
      form("array_length(%, 1)", a),
      form("(%)[2]", a),
      form("extract(year from %)::int4", d),
    ),
    numeric: one(
      literal(numerics, "numeric"),
      form("(% + %)", n, n),
      form("(% - %)", n, i),
      form("(% * %)", n, n),
      form("(% / %)", n, n),
      form("round(%, 2)", n),
      form("round(%)", n),
      form("trunc(%, 1)", n),
      form("(%)::numeric", i),
      form("(%)::numeric(12,3)", n),
      form("abs(%)", n),
      form("-(%)", n),
      form("mod(%, %)", n, n),
      form("extract(epoch from %)", s),
      form("least(%, %)", n, n),
      form("sign(%)", n),
      form("ceil(%)", n),
    ),
    float: one(
      literal(floats, "float8"),
      form("(% + %)", f, f),
      form("(% * %)", f, f),
      form("(% / %)", f, f),
      form("(%)::float8", n),
      form("(%)::float8", i),
      form("round(%)", f),
      form("floor(%)", f),
      form("abs(%)", f),
    ),
    text: one(
      literal(texts, "text"),
      form("(% || %)", t, t),
      form("upper(%)", t),
      form("lower(%)", t),
      form("substr(%, %)", t, fc.constantFrom("1", "2", "0", "-1")),
      form("left(%, %)", t, fc.constantFrom("1", "2", "-1")),
      form("right(%, %)", t, fc.constantFrom("1", "2", "-1")),
      form("replace(%, %, %)", t, t, t),
      form("reverse(%)", t),
      form("lpad(%, 5, %)", t, t),
      form("trim(%)", t),
      form("split_part(%, %, 1)", t, t),
      form("translate(%, %, %)", t, t, t),
      form("initcap(%)", t),
      form("(%)::text", i),
      form("(%)::text", n),
      form("(%)::text", f),
      form("(%)::text", b),
      form("(%)::text", d),
      form("(%)::text", m),
      form("(%)::text", s),
      form("(%)::text", j),
      form("(%)::text", a),
      form("(%)::varchar(3)", t),
      form("md5(%)", t),
      form("quote_literal(%)", t),
      form("to_char(%, 'YYYY-MM-DD HH24:MI:SS.MS')", m),
      form("to_char(%, 'FM999990.00')", n),
      form("concat(%, %, %)", i, t, b),
      form("(% ->> 'a')", j),
    ),
    boolean: one(
      fc.constantFrom("true", "false", "NULL::bool"),
      form("(% = %)", i, i),
      form("(% < %)", n, i),
      form("(% >= %)", f, n),
      form("(% <> %)", t, t),
      form("(% < %)", t, t),
      form("(% LIKE %)", t, t),
      form("(% ILIKE %)", t, t),
      form("(% AND %)", b, b),
      form("(% OR %)", b, b),
      form("(NOT %)", b),
      form("(% IS NULL)", t),
      form("(% IS DISTINCT FROM %)", i, i),
      form("(% BETWEEN % AND %)", i, i, n),
      form("(% IN (%, %))", i, i, i),
      form("(% < %)", d, d),
      form("(% <= %)", d, m),
      form("(% > %)", s, s),
      form("(% @> %)", j, j),
      form("(% = %)", j, j),
      form("(% ? 'a')", j),
      form("(% @> %)", a, a),
      form("(% = ANY (%))", i, a),
      form("(% < ALL (%))", i, a),
      form("(% = %)", a, a),
    ),
    date: one(
      literal(dates, "date"),
      form("(% + %)", d, fc.constantFrom("1", "-30", "365")),
      form("(%)::date", m),
    ),
    moment: one(
      literal(moments, "timestamp"),
      form("(% + %)", m, s),
      form("(% - %)", m, s),
      form("(% + %)", d, s),
      form("date_trunc('month', %)", m),
      form("date_trunc('hour', %)", m),
      form("(%)::timestamp", d),
    ),
    span: one(
      literal(spans, "interval"),
      form("(% + %)", s, s),
      form("(% - %)", m, m),
      form("(% * 2)", s),
      form("(% / 3)", s),
      form("justify_days(%)", s),
      form("age(%, %)", m, m),
    ),
    document: one(
      literal(documents, "jsonb"),
      form("(% -> 'a')", j),
      form("(% -> 1)", j),
      form("(% || %)", j, j),
      form("(% - 'a')", j),
      form("(% #> '{b,2}')", j),
      form("to_jsonb(%)", n),
      form("to_jsonb(%)", t),
      form("to_jsonb(%)", m),
      form("to_jsonb(%)", a),
      form("jsonb_build_object('k', %, 'v', %)", i, t),
      form("jsonb_build_array(%, %)", b, n),
    ),
    array: one(
      literal(arrays, "int[]"),
      form("(% || %)", a, i),
      form("(% || %)", a, a),
      form("array_remove(%, %)", a, i),
      form("array_append(%, %)", a, i),
      form("ARRAY[%, %]", i, i),
      form("(%)[1:2]", a),
    ),
    any: one(i, n, f, t, b, d, m, s, j, a),
  };
}).any;
