import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { SqlError } from "../../../../lib/sql/error.ts";
import { compileRegex } from "../../../../lib/sql/regex/compile.ts";

/** Text of the match and of its groups. */
function found(
  text: string,
  pattern: string,
): (string | null)[] | undefined {
  return compileRegex(pattern).match(text, 0)?.map((span) =>
    span === undefined ? null : text.slice(span[0], span[1])
  );
}

Deno.test("Regex.match() finds the leftmost match, as long as its preference says", () => {
  for (
    const [text, pattern, expected] of [
      ["foobar", "foo|foobar", ["foobar"]],
      ["XY1234Z", "Y*([0-9]{1,3})", ["Y123", "123"]],
      ["XY1234Z", "Y*?([0-9]{1,3})", ["Y1", "1"]],
      ["abc01234xyz", "(.*)(\\d+)(.*)", ["abc01234xyz", "abc0123", "4", "xyz"]],
      ["abc01234xyz", "(.*?)(\\d+)(.*)", ["abc0", "abc", "0", ""]],
      [
        "abc01234xyz",
        "(?:(.*?)(\\d+)(.*)){1,1}",
        ["abc01234xyz", "abc", "01234", "xyz"],
      ],
      ["aaa", "(a*)+", ["aaa", ""]],
      ["ab", "(a?)(ab)?", ["ab", "", "ab"]],
      ["abab", "(?:(a)|b)*", ["abab", null]],
      ["xaax", "(a)\\1", ["aa", "a"]],
      ["a\u{1f600}b", "a(.)b", ["a\u{1f600}b", "\u{1f600}"]],
    ] as const
  ) deepEqual(found(text, pattern), expected, `${pattern} in ${text}`);
});

Deno.test("Regex.match() agrees with RegExp where both mean the same", () => {
  // One repetition at most, no alternatives: longest and first are the same.
  const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "\\d", "(a)");
  const pattern = fc.tuple(
    fc.constantFrom("", "^"),
    fc.array(atom, { maxLength: 3 }),
    atom,
    fc.constantFrom("*", "+", "?", "{1,2}", ""),
    fc.array(atom, { maxLength: 3 }),
    fc.constantFrom("", "$"),
  ).map(([start, before, one, times, after, end]) =>
    start + before.join("") + one + times + after.join("") + end
  );
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom("a", "b", "1"), maxLength: 8 }),
      (source, text) => {
        const other = new RegExp(source, "s").exec(text);
        const own = compileRegex(source).match(text, 0)?.[0];
        equal(
          own === undefined ? null : text.slice(...own),
          other?.[0] ?? null,
          source,
        );
        equal(compileRegex(source).test(text), other !== null);
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("compileRegex() and match() give a value or a SqlError for any pattern", () => {
  const piece = fc.constantFrom(
    ..."a b ab . ^ $ ( ) (?: (?= (?! (?<= (?<! (?i) [ ] [^ [[:alpha:]] - | * + ? *? {2} {0,3} {1 \\d \\w \\m \\y \\1 \\2 \\x41 \\ \\Q *** ***= é \u{1f600} # \n"
      .split(" "),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
        fc.string({ unit: "binary", maxLength: 20 }),
      ),
      fc.string({
        unit: fc.constantFrom("a", "b", "A", " ", "\n", "é", "\u{1f600}"),
        maxLength: 12,
      }),
      (pattern, text) => {
        try {
          const regex = compileRegex(pattern);
          const match = regex.match(text, 0);
          equal(regex.test(text), match !== undefined);
          for (const span of match ?? []) {
            ok(
              span === undefined ||
                (span[0] <= span[1] && span[1] <= text.length),
            );
          }
        } catch (error) {
          ok(error instanceof SqlError, `${pattern}: ${error}`);
        }
      },
    ),
    { numRuns: 4000 },
  );
});

Deno.test("test() is linear where backtracking would be exponential", () => {
  const text = "a".repeat(20_000);
  for (
    const pattern of [
      "(a*)*b",
      "(a|a)*b",
      "(a|aa)+$b",
      "^(([a-z])+.)+[A-Z]([a-z])+$",
      ".*.*.*.*.*b",
      "(x+x+)+y",
    ]
  ) equal(compileRegex(pattern).test(text), false, pattern);
});

Deno.test("compileRegex() refuses patterns that would take much space or time", () => {
  for (
    const pattern of [
      "((((a{255}){255}){255}){255}){255}",
      "(((((){255}){255}){255}){255}){255}",
      "(".repeat(5000),
      "(a)".repeat(5000),
      "a".repeat(100_000),
    ]
  ) {
    throws(
      () => compileRegex(pattern),
      (error) => error instanceof SqlError && error.sqlState === "2201B",
      pattern.slice(0, 20),
    );
  }
});

Deno.test("match() gives up on back references that would run for hours", () => {
  throws(
    () =>
      compileRegex("^(a+)(a+)(a+)(a+)\\4\\3\\2\\1bc\\1$")
        .match("a".repeat(400) + "bcd", 0),
    (error) => error instanceof SqlError && /too complex/.test(error.message),
  );
});
