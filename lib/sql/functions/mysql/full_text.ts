/**
 * MATCH … AGAINST (MySQL manual, 14.9): how well a text answers.
 *
 * @module
 */

import { type Definition, fn } from "../define.ts";
import { fold } from "./fold.ts";

/** Words of fewer characters are not looked for, as in InnoDB (`innodb_ft_min_token_size`). */
const shortest = 3;

const stopWords: ReadonlySet<string> = new Set(
  "A ABOUT AN ARE AS AT BE BY COM DE EN FOR FROM HOW I IN IS IT LA OF ON OR THAT THE THIS TO WAS WHAT WHEN WHERE WHO WILL WITH UND WWW"
    .split(" "),
);

const words = (text: string) => fold(text).match(/[\p{L}\p{N}_']+/gu) ?? [];

const counts = (word: string) =>
  word.length >= shortest && !stopWords.has(word);

/** More words and more of each rank higher. */
function weight(
  document: readonly string[],
  test: (word: string) => boolean,
): number {
  const found = document.filter(test).length;
  return found === 0 ? 0 : 1 + Math.log2(found);
}

interface Term {
  readonly sign: "+" | "-" | "";
  readonly words: readonly string[];
  readonly prefix: boolean;
}

function readTerms(text: string): Term[] {
  const terms: Term[] = [];
  for (
    const [, sign = "", quoted, word = "", star] of text.matchAll(
      /([-+])?[<>~(]*(?:"([^"]*)"|([\p{L}\p{N}_']+)(\*)?)\)*/gu,
    )
  ) {
    terms.push({
      sign: sign as Term["sign"],
      words: quoted === undefined ? words(word) : words(quoted),
      prefix: star !== undefined,
    });
  }
  return terms.filter((each) => each.words.length > 0);
}

function has(
  document: readonly string[],
  { words: wanted, prefix }: Term,
): number {
  if (wanted.length === 1) {
    const [only = ""] = wanted;
    return weight(
      document,
      (each) => prefix ? each.startsWith(only) : each === only,
    );
  }
  let found = 0;
  for (let at = 0; at + wanted.length <= document.length; at++) {
    if (wanted.every((each, i) => document[at + i] === each)) found++;
  }
  return found === 0 ? 0 : wanted.length + Math.log2(found);
}

function boolean(document: readonly string[], text: string): number {
  let sum = 0;
  for (const term of readTerms(text)) {
    if (
      term.words.length === 1 && !term.prefix &&
      !counts(term.words[0] as string)
    ) continue;
    const found = has(document, term);
    if (term.sign === "+" && found === 0) return 0;
    if (term.sign === "-") {
      if (found > 0) return 0;
    } else sum += found;
  }
  return sum;
}

/** See the top of the file. */
export const mysqlFullText: readonly Definition[] = [
  fn("pg_mysql.match_against(text, text, text) float8", {
    call: ([document, wanted, mode]) => {
      const found = words(String(document));
      if (mode === "boolean") return boolean(found, String(wanted));
      return [...new Set(words(String(wanted)).filter(counts))]
        .reduce((sum, word) => sum + weight(found, (each) => each === word), 0);
    },
  }),
];
