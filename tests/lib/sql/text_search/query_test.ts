import { equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { SqlError } from "../../../../lib/sql/error.ts";
import { documentOf } from "../../../../lib/sql/text_search/configuration.ts";
import {
  phraseToQuery,
  plainToQuery,
  toQuery,
  webToQuery,
} from "../../../../lib/sql/text_search/make_query.ts";
import { lookIn, matches } from "../../../../lib/sql/text_search/match.ts";
import {
  parseQuery,
  printQuery,
} from "../../../../lib/sql/text_search/query.ts";
import {
  coverRank,
  rank,
  readWeights,
} from "../../../../lib/sql/text_search/rank.ts";
import {
  parseVector,
  printVector,
} from "../../../../lib/sql/text_search/vector.ts";

const piece = fc.constantFrom(
  ..."a b 'c ' '' & | ! ( ) <-> <2> <x> : :* :AB \\ \" - or the fat cats é http://x.com/y a@b.de 1.5"
    .split(" "),
  " ",
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join("")),
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(" ")),
  fc.string({ unit: "binary", maxLength: 30 }),
);

Deno.test("parseQuery() gives a query that prints and reads the same, or a SqlError", () => {
  fc.assert(
    fc.property(text, (source) => {
      try {
        const printed = printQuery(parseQuery(source));
        equal(printQuery(parseQuery(printed)), printed, source);
      } catch (error) {
        ok(error instanceof SqlError, `${source}: ${error}`);
      }
    }),
    { numRuns: 4000 },
  );
});

Deno.test("parseVector() gives a document that prints and reads the same, or a SqlError", () => {
  fc.assert(
    fc.property(text, (source) => {
      try {
        const printed = printVector(parseVector(source));
        equal(printVector(parseVector(printed)), printed, source);
      } catch (error) {
        ok(error instanceof SqlError, `${source}: ${error}`);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("plain, phrase and web queries never fail, and match what they were made of", () => {
  fc.assert(
    fc.property(text, (source) => {
      const document = documentOf([source], "english");
      webToQuery(source, "english");
      for (const make of [plainToQuery, phraseToQuery]) {
        const query = make(source, "english");
        if (query !== undefined) {
          ok(matches(query, lookIn(document)), `${make.name}: ${source}`);
        }
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("rank() and coverRank() are numbers from 0 on", () => {
  fc.assert(
    fc.property(text, text, (source, wanted) => {
      const document = documentOf([source], "simple");
      let query;
      try {
        query = toQuery(wanted, "simple");
      } catch {
        return;
      }
      for (const method of [0, 1, 2, 4, 8, 16, 32, 63]) {
        ok(rank(document, query, readWeights(undefined), method) >= 0);
        ok(coverRank(document, query, readWeights(undefined), method) >= 0);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("parseQuery() refuses deep nesting without overflowing the stack", () => {
  for (
    const source of [
      "(".repeat(10_000) + "a",
      "!".repeat(10_000) + "a",
      "a" + " & a".repeat(10_000),
      "a" + " <-> a".repeat(10_000),
    ]
  ) {
    throws(
      () => parseQuery(source),
      (error) => error instanceof SqlError && error.sqlState === "54001",
    );
  }
});
