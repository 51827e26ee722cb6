import { equal } from "node:assert/strict";
import fc from "fast-check";
import {
  elements,
  elementText,
  members,
  memberText,
} from "../../../../lib/sql/json/scan.ts";

const key = fc.string({
  unit: fc.constantFrom("a", '"', "\\", "é", "\n", ","),
});
const json = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });

Deno.test("memberText() finds what JSON.parse() finds", () => {
  fc.assert(
    fc.property(json, fc.boolean(), (object, spaced) => {
      const text = JSON.stringify(object, undefined, spaced ? 2 : 0);
      for (const name of [...Object.keys(object), "missing"]) {
        const found = memberText(text, name);
        equal(
          found === undefined ? undefined : JSON.stringify(JSON.parse(found)),
          JSON.stringify(JSON.parse(text)[name]),
        );
      }
      equal(
        JSON.stringify([...members(text)].map((member) => member.key)),
        JSON.stringify(Object.keys(JSON.parse(text))),
      );
    }),
  );
});

Deno.test("memberText() takes the last of equal keys, however they are spelled", () => {
  equal(memberText('{"a":1,"\\u0061": 2 }', "a"), "2");
  equal(memberText('{"a":1,"a":2}', "a"), "2");
  equal(memberText("{}", "a"), undefined);
  equal(memberText("[1]", "a"), undefined);
});

Deno.test("elementText() finds what JSON.parse() finds", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 2 })), (array) => {
      const text = JSON.stringify(array);
      equal([...elements(text)].length, array.length);
      array.forEach((item, i) => {
        for (const index of [i, i - array.length]) {
          equal(elementText(text, index), JSON.stringify(item));
        }
      });
      equal(elementText(text, array.length), undefined);
    }),
  );
});
