import assert from "node:assert/strict";
import { positionInStatement } from "../../../../lib/sql/ddl/body_position.ts";

Deno.test("positionInStatement() finds the place when the body is written once", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["AS 'select nosuch'", "select nosuch"],
    ["AS E'select nosuch'", "select nosuch"],
    ["AS $$ select nosuch $$", " select nosuch "],
    ["AS $body$select $$x$$, nosuch$body$", "select $$x$$, nosuch"],
    ["AS 'select ''é'', nosuch'", "select 'é', nosuch"],
    ["/* 𝄞 */ AS 'select ''it''''s'', nosuch'", "select 'it''s', nosuch"],
  ];
  const place = (text: string) =>
    [...text.slice(0, text.indexOf("nosuch"))].length + 1;
  for (const [text, body] of cases) {
    assert.equal(
      positionInStatement(text, body, place(body)),
      place(text),
      text,
    );
  }
});

Deno.test("positionInStatement() gives nothing when the body is not there just once", () => {
  assert.equal(positionInStatement("'x' '' AS 'x'", "x", 1), undefined);
  assert.equal(positionInStatement("AS E'a\\tb'", "a\tb", 1), undefined);
  assert.equal(positionInStatement("AS '''x'", "x", 1), undefined);
});
