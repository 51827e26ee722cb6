import { deepEqual, equal } from "node:assert/strict";
import { literalShape } from "../../../../lib/sql/mysql/literal_shape.ts";

Deno.test("literalShape() takes literals that could be parameters", () => {
  const cases: [string, string, (number | string)[]][] = [
    ["select a from t where id = 17", "select a from t where id = ?", [17]],
    [
      "SELECT a FROM t WHERE id=17 AND b <> 'it''s' ORDER BY 2 LIMIT 5",
      "SELECT a FROM t WHERE id=? AND b <> ? ORDER BY 2 LIMIT 5",
      [17, "it's"],
    ],
    [
      "select a from t where x in (1, 'b', -2) or (y >= 007)",
      "select a from t where x in (?, ?, -2) or (y >= ?)",
      [1, "b", 7],
    ],
    [
      "select a from `from` join u on t.x = 5 join v where a != 6;",
      "select a from `from` join u on t.x = ? join v where a != ?;",
      [5, 6],
    ],
    [
      "insert into t (a, b) values (1, 'é', null, -4, f(1, 2)), (3, 4, 1.5, 2+3, 4)",
      "insert into t (a, b) values (?, ?, null, -4, f(1, 2)), (?, ?, 1.5, 2+3, ?)",
      [1, "é", 3, 4, 4],
    ],
    [
      "update t set a = 5, b='x' where id=7",
      "update t set a = ?, b=? where id=?",
      [5, "x", 7],
    ],
    ["delete from t where a < 1", "delete from t where a < ?", [1]],
  ];
  for (const [text, shape, values] of cases) {
    deepEqual(literalShape(text), { text: shape, values }, text);
  }
});

Deno.test("literalShape() leaves literals that say more than their value", () => {
  const cases: [string, string][] = [
    // The first names a column, the last is a place in the list.
    [
      "select a = 1 from t where b = 2 order by a = 3",
      "select a = 1 from t where b = ? order by a = 3",
    ],
    [
      "select t.from, a = 5 from t where b = 1",
      "select t.from, a = 5 from t where b = ?",
    ],
    [
      "select a from t where b = 1 + 2 and c = 1.5 and d = -1 and e = 0x41 and f = 3",
      "select a from t where b = 1 + 2 and c = 1.5 and d = -1 and e = 0x41 and f = ?",
    ],
    [
      "select a from t where b->'$.x' and c = 'a' 'b' and d = 1",
      "select a from t where b->'$.x' and c = 'a' 'b' and d = ?",
    ],
    [
      "select a from t where round(b, 2) = 1 and c between 3 and 4 and d = 5 = e",
      "select a from t where round(b, 2) = ? and c between 3 and 4 and d = 5 = e",
    ],
    [
      "select a from t where b = date '2020-01-01' and c = _utf8mb4 'x' and d = 1",
      "select a from t where b = date '2020-01-01' and c = _utf8mb4 'x' and d = ?",
    ],
    [
      "select a from t where b = 1234567890123456789 and c = 1",
      "select a from t where b = 1234567890123456789 and c = ?",
    ],
  ];
  for (const [text, shape] of cases) {
    equal(literalShape(text)?.text, shape, text);
  }
});

Deno.test("literalShape() leaves alone what is not plain", () => {
  for (
    const text of [
      "",
      "select 1",
      "select a from t",
      "set a = 5",
      "create table t (a int default 5)",
      "select a from t where b = 1 -- c = 2",
      "select a from t where b = 1 # c = 2",
      "select a from t where /* b = 2 and */ c = 1",
      "select a from t where b = 'a\\'b' and c = 1",
      'select a from t where b = "c" and d = 1',
      "select a from t where b = @c and d = 1",
      "select a from t where b = ? and d = 1",
      "select a from t where b = 1; delete from t where b = 2",
      "select a from t where b = (select 1) and c = 1",
      "select a from t where b = 1 union select 2",
      "select a from t where b = 1 group by c",
      "select a from t where b = 1 having c = 2",
      "select a from t where\u00a0b = 1",
      "select a from t where b = x'41' and c = 1",
      "select a from t where b = n'x' and c = 1",
      "select a from t where b = 'x",
      "select a from t where b = '\ud83d\ude00' and c = 1",
      "select a from t where b = '\udcff' and c = 1",
      "select a from t where b = '\0' and c = 1",
      "insert into t values (1) on duplicate key update a = 5",
      "insert into t select 1",
      "insert into t values row(1)",
      `insert into t values ${Array(65).fill("(1)").join(", ")}`,
      `select a from t where b = '${"x".repeat(9000)}'`,
    ]
  ) equal(literalShape(text), undefined, text);
});
