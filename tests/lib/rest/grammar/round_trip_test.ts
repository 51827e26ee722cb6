import { ok } from "node:assert/strict";
import fc from "fast-check";
import { RestError } from "../../../../lib/rest/error.ts";
import { parseAccept } from "../../../../lib/rest/grammar/accept.ts";
import { parsePreferences } from "../../../../lib/rest/grammar/preferences.ts";
import {
  parseQuery,
  parseRpcQuery,
} from "../../../../lib/rest/grammar/query.ts";
import { parseRange } from "../../../../lib/rest/grammar/range.ts";
import { searchOf } from "../../../../lib/rest/grammar/search.ts";
import { arbitraryQuery } from "./arbitrary_query.ts";
import { printQuery } from "./print_query.ts";
import { sameTree } from "./support.ts";

Deno.test("parseQuery() reads back any tree that was written", () => {
  fc.assert(
    fc.property(arbitraryQuery, (query) => {
      const pairs = printQuery(query);
      const text = new URLSearchParams(pairs).toString();
      sameTree(parseQuery(searchOf(text)), query, JSON.stringify(pairs));
    }),
    { numRuns: 600 },
  );
});

/** Runs; lets no error out but a RestError that says something. */
function refusesAtMost(run: () => unknown, input: string): void {
  try {
    run();
  } catch (error) {
    ok(error instanceof RestError, `${input}: ${error}`);
    ok(error.code === "PGRST100" || error.code === "PGRST103", input);
    ok(error.message.length > 0 && error.message.length < 400, input);
    ok(typeof error.details === "string" && error.details !== "", input);
  }
}

const piece = fc.constantFrom(
  ...('a id " \\ , . .. ... ( ) () { } : :: * ! - -> ->> 0 -1 12 + % é 🎈 \ud800 \u0000 \n \t ' +
    "not. and( or( and or not eq. eq(any). in.( is.null is. fts(english). neq. like(all).{ !inner !left " +
    ".asc .desc .nullsfirst .nullslast .sum() count() .avg() __proto__ constructor null NULL")
    .split(" "),
  " ",
);
const soup = fc.oneof(
  fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "binary-ascii", maxLength: 30 }),
);
const key = fc.oneof(
  fc.constantFrom(
    ..."select columns on_conflict order limit offset and or not.and not.or x rel.order rel.limit rel.or rel.not.and"
      .split(" "),
  ),
  soup,
);

Deno.test("parseQuery() and parseRpcQuery() give a tree or a RestError for any parameters", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, soup), { minLength: 1, maxLength: 3 }),
      (pairs) => {
        const search = new URLSearchParams(pairs);
        refusesAtMost(() => parseQuery(search), search.toString());
        refusesAtMost(() => parseRpcQuery(search), search.toString());
      },
    ),
    { numRuns: 5000 },
  );
});

/** One change of a text: a piece put over some characters of it. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  over: fc.nat(3),
  piece: fc.oneof(fc.constant(""), piece),
});

Deno.test("parseQuery() gives a tree or a RestError for what is nearly right", () => {
  fc.assert(
    fc.property(
      arbitraryQuery,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (query, changes) => {
        const pairs = printQuery(query).map(([name, value]) => {
          let changed = value;
          for (const { at, over, piece } of changes) {
            const from = Math.floor(at * changed.length);
            changed = changed.slice(0, from) + piece +
              changed.slice(from + over);
          }
          return [name, changed];
        });
        const search = new URLSearchParams(pairs);
        refusesAtMost(() => parseQuery(search), search.toString());
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("the readers of headers give something or a RestError for any header", () => {
  const headerPiece = fc.constantFrom(
    ...'a = ; , " \\ q=0.5 q= */* text/* application/json application/vnd.pgrst.plan for= options= nulls=stripped return=minimal count timezone= max-affected= 0 9 - items='
      .split(" "),
    " ",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(headerPiece, { maxLength: 15 }).map((all) => all.join("")),
        fc.string({ unit: "binary-ascii", maxLength: 30 }),
      ),
      (header) => {
        ok(Array.isArray(parsePreferences(header).unknown));
        ok(Array.isArray(parseAccept(header)));
        refusesAtMost(() => parseRange(header), header);
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("parseQuery() reads long texts in a time that grows with their length", () => {
  // Were it the square, each of these would take minutes.
  const length = 400_000;
  const times = (text: string) => text.repeat(Math.ceil(length / text.length));
  for (
    const [name, value] of [
      ["select", times("a")],
      ["select", times(" ")],
      ["select", times("a-")],
      ["select", `"${times("\\")}`],
      ["select", times('"')],
      ["select", times("(")],
      ["select", `x->${times("1")}a`],
      ["select", `x->${times(" a")}-b`],
      ["x", `in.(${times('"')})`],
      ["x", `in.(${times('"\\')}`],
      ["x", `in.(${'"a,'.repeat(3000)}${times("b")})`],
      ["x", `in.(${'"\\"'.repeat(3000)},${times("b")})`],
      ["x", `eq(any).{${times("\\a")}}`],
      ["x", `eq(any).{${times(" ")}1`],
      ["or", times("(")],
      ["or", `(${"a.eq.{,".repeat(900)}${times("b")})`],
      ["or", `(${"a.eq.{{},".repeat(900)}${times("{")})`],
      ["or", `(${'a.eq."b"c,'.repeat(900)}${times("b")})`],
      ["or", `(${'a.eq."\\",'.repeat(900)}${times('\\"')})`],
      ["or", `(and${times(" ")}x`],
      ["order", times("a,")],
      ["columns", times("a,")],
      [times("a."), "eq.1"],
      [times("a"), "eq.1"],
      [times("a->b"), "eq.1"],
      ["limit", `${times(" ")}x`],
      ["limit", `${times("9")}x`],
    ] as const
  ) {
    refusesAtMost(
      () => parseQuery(new URLSearchParams([[name, value]])),
      `${name.slice(0, 20)}=${value.slice(0, 20)}`,
    );
  }
  refusesAtMost(() => parseQuery(searchOf(times("&"))), "&");
  refusesAtMost(() => parseQuery(searchOf(times("a&"))), "a&");
  refusesAtMost(() => parseQuery(searchOf(times("limit=1&"))), "limit=1&");
});
