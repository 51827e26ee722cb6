/**
 * Finds the literals of a text that could as well be parameters, in one pass and without parsing it, so
 * that texts that differ in them alone can share a plan.
 *
 * Only where a `?` means the same as the literal: beside a comparison in a condition, in a list after IN,
 * in the rows of an INSERT, in the assignments of an UPDATE. A literal anywhere else stays in the text, for
 * it may name a column, choose a function or say how many digits there are. What is not plain (comments,
 * backslashes, double quotes, variables, subqueries, several statements) is left alone altogether.
 *
 * @module
 */

/** A text without such literals. */
export interface LiteralShape {
  /** The text with `?` in the place of each of them. */
  readonly text: string;
  /** What they say: whole numbers, and contents of strings. */
  readonly values: readonly (number | string)[];
}

/** A statement with more is read as it is: it will hardly come again with as many. */
const mostLiterals = 64;

/** So many digits are a number without loss. */
const mostDigits = 15;

const longestText = 8192;

/** Where a statement of a kind begins to hold such literals. */
const openers: Readonly<Record<string, string>> = {
  select: "from",
  update: "set",
  delete: "from",
  insert: "values",
  replace: "values",
};

/** After these no literal is taken any more. */
const closers: ReadonlySet<string> = new Set([
  "order",
  "limit",
  "window",
  "for",
  "lock",
  "procedure",
  "into",
]);

/** Statements with one of these are left alone. */
const strange: ReadonlySet<string> = new Set([
  "select",
  "union",
  "except",
  "intersect",
  "with",
  "group",
  "having",
  "json_table",
  "match",
  "interval",
  "collate",
  "row",
  "duplicate",
]);

/** What may follow a literal that stands alone beside a comparison. */
const followers: ReadonlySet<string> = new Set([
  "and",
  "or",
  "xor",
  "where",
  "order",
  "limit",
  "for",
  "lock",
  "join",
  "inner",
  "left",
  "right",
  "cross",
]);

const Kind = { Strange: 0, Space: 1, Digit: 2, Word: 3, Mark: 4 } as const;

const kinds = new Uint8Array(128);
for (let i = 0; i < 128; i++) {
  const c = String.fromCharCode(i);
  kinds[i] = /[ \t\n\r]/.test(c)
    ? Kind.Space
    : /\d/.test(c)
    ? Kind.Digit
    : /[A-Za-z_$]/.test(c)
    ? Kind.Word
    : /[-+*/%=<>!^&|(),.'`]/.test(c)
    ? Kind.Mark
    : Kind.Strange;
}

const quote = 39;
const backtick = 96;
const open = 40;
const close = 41;
const comma = 44;
const dot = 46;
const minus = 45;
const slash = 47;
const star = 42;
const equals = 61;
const less = 60;
const greater = 62;
const exclamation = 33;

const isWord = (c: number) =>
  c >= 128 || kinds[c] === Kind.Word || kinds[c] === Kind.Digit;

/** Bytes that are no text, and halves of characters, which are left to the parser. */
const halves = /[\0\ud800-\udfff]/;

/**
 * @param text A statement.
 * @returns Its shape; `undefined` when it has no such literals or is not plain.
 */
export function literalShape(text: string): LiteralShape | undefined {
  const { length } = text;
  if (length > longestText) return undefined;
  const values: (number | string)[] = [];
  let shape = "";
  let taken = 0;
  let first = "";
  let opener = "";
  let isOpen = false;
  /** Depth of parentheses, and the depth of the list whose items may be taken; 0 for none. */
  let depth = 0;
  let listDepth = 0;
  /** The last word if nothing followed it, for what a parenthesis belongs to. */
  let word = "";
  let isRows = false;
  /** Whether a comparison stands right before, or the beginning of an item of a list. */
  let isAwaited = false;
  for (let i = 0; i < length;) {
    const c = text.charCodeAt(i);
    const kind = c < 128 ? kinds[c] : Kind.Word;
    if (kind === Kind.Space) {
      i++;
      continue;
    }
    if (kind === Kind.Word) {
      const start = i++;
      while (i < length && isWord(text.charCodeAt(i))) i++;
      // x'41', n'…', _utf8'…'.
      if (text.charCodeAt(i) === quote) return undefined;
      // A no-break space is a blank here, and part of a name to this scanner.
      if (text.slice(start, i).includes("\u00a0")) return undefined;
      word = text.slice(start, i).toLowerCase();
      isAwaited = false;
      // After a point every word is a name.
      if (text.charCodeAt(start - 1) === dot) continue;
      if (first === "") {
        first = word;
        opener = openers[word] ?? "";
        if (opener === "") return undefined;
        continue;
      }
      if (strange.has(word)) return undefined;
      if (!isOpen) {
        if (
          depth === 0 &&
          (word === opener || (opener === "values" && word === "value"))
        ) {
          isOpen = true;
          isRows = opener === "values";
        }
      } else if (depth === 0 && closers.has(word)) {
        opener = "";
        isOpen = false;
        isRows = false;
      }
      continue;
    }
    if (kind === Kind.Digit || c === quote) {
      const start = i;
      let value: number | string;
      if (c === quote) {
        let end = text.indexOf("'", i + 1);
        let doubled = false;
        while (end >= 0 && text.charCodeAt(end + 1) === quote) {
          doubled = true;
          end = text.indexOf("'", end + 2);
        }
        if (end < 0) return undefined;
        const content = text.slice(i + 1, end);
        if (content.includes("\\") || halves.test(content)) return undefined;
        value = doubled ? content.replaceAll("''", "'") : content;
        i = end + 1;
      } else {
        while (i < length && kinds[text.charCodeAt(i)] === Kind.Digit) i++;
        const next = text.charCodeAt(i);
        if (next === dot || isWord(next)) {
          // 1.5, 1e9, 0x41, and names that begin with a digit.
          while (
            i < length &&
            (text.charCodeAt(i) === dot || isWord(text.charCodeAt(i)))
          ) i++;
          // 1e+9, 1e-9
          const sign = text.charCodeAt(i);
          if (
            (sign === minus || sign === 43) && /[eE]/.test(text[i - 1] ?? "")
          ) return undefined;
          word = "";
          isAwaited = false;
          continue;
        }
        if (i - start > mostDigits) {
          word = "";
          isAwaited = false;
          continue;
        }
        value = Number(text.slice(start, i));
      }
      word = "";
      if (isAwaited && endsAlone(text, i, depth > 0 && listDepth === depth)) {
        if (values.length === mostLiterals) return undefined;
        values.push(value);
        shape += text.slice(taken, start) + "?";
        taken = i;
      }
      isAwaited = false;
      continue;
    }
    if (kind === Kind.Strange) {
      // A semicolon at the very end says nothing.
      if (c === 59 && text.slice(i + 1).trim() === "") break;
      return undefined;
    }
    const before = word;
    word = "";
    switch (c) {
      case open:
        depth++;
        if (
          isOpen && listDepth === 0 &&
          (before === "in" || (isRows && depth === 1))
        ) listDepth = depth;
        isAwaited = depth === listDepth;
        i++;
        continue;
      case close:
        if (depth === listDepth) listDepth = 0;
        depth--;
        isAwaited = false;
        i++;
        continue;
      case comma:
        isAwaited = depth === listDepth && depth > 0;
        i++;
        continue;
      case backtick: {
        const end = text.indexOf("`", i + 1);
        if (end < 0) return undefined;
        isAwaited = false;
        i = end + 1;
        continue;
      }
      case minus:
        if (text.charCodeAt(i + 1) === minus) return undefined;
        isAwaited = false;
        i++;
        continue;
      case slash:
        if (text.charCodeAt(i + 1) === star) return undefined;
        isAwaited = false;
        i++;
        continue;
      case equals:
      case less:
      case greater:
      case exclamation: {
        const start = i;
        while (isComparison(text.charCodeAt(i))) i++;
        // `->` takes a path, which is no value.
        isAwaited = isOpen && !isRows &&
          text.charCodeAt(start - 1) !== minus &&
          comparisons.has(text.slice(start, i));
        continue;
      }
      default:
        isAwaited = false;
        i++;
    }
  }
  if (values.length === 0) return undefined;
  return { text: shape + text.slice(taken), values };
}

const comparisons: ReadonlySet<string> = new Set([
  "=",
  "<",
  ">",
  "<=",
  ">=",
  "<>",
  "!=",
]);

const isComparison = (c: number) =>
  c === equals || c === less || c === greater || c === exclamation;

/** Whether nothing follows that would make the literal part of something larger. */
function endsAlone(text: string, from: number, isItem: boolean): boolean {
  let i = from;
  while (i < text.length && kinds[text.charCodeAt(i)] === Kind.Space) i++;
  if (i === text.length) return !isItem;
  const c = text.charCodeAt(i);
  if (c === close) return true;
  if (c === comma) return true;
  if (isItem) return false;
  if (c === 59) return true;
  const start = i;
  while (i < text.length && isWord(text.charCodeAt(i))) i++;
  return i > start && followers.has(text.slice(start, i).toLowerCase());
}
