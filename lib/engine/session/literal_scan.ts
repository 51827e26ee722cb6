/**
 * Finds the literals of a text in one pass, without parsing it, so that texts that differ in their
 * literals alone can share a plan.
 *
 * What is not plain (escape strings, dollar quotes, comments) is left alone: such a text is cached as it is.
 *
 * @module
 */

/** A literal of a text. */
export interface ScannedLiteral {
  /** Byte offset of its first character. */
  readonly location: number;
  /** Byte offset of a minus before it, where the parser counts that as part of the number; -1 without. */
  readonly minus: number;
  /** What the parser makes of it: int4, int8, numeric or a string of unknown type. */
  readonly kind: "i" | "l" | "n" | "s";
  /** Digits, or the string's content. */
  readonly text: string;
}

/** A text without its literals. */
export interface ScannedText {
  /** The text with a mark in the place of each literal. */
  readonly shape: string;
  readonly literals: readonly ScannedLiteral[];
}

const code = {
  tab: 9,
  newline: 10,
  return: 13,
  space: 32,
  quote: 39,
  doubleQuote: 34,
  dollar: 36,
  star: 42,
  minus: 45,
  dot: 46,
  slash: 47,
  zero: 48,
  nine: 57,
  backslash: 92,
} as const;

const Kind = { Other: 0, Space: 1, Digit: 2, Letter: 3, Special: 4 } as const;

const kinds = new Uint8Array(128);
for (let i = 0; i < 128; i++) {
  const c = String.fromCharCode(i);
  kinds[i] = /\s/.test(c)
    ? Kind.Space
    : /\d/.test(c)
    ? Kind.Digit
    : /[A-Za-z_]/.test(c)
    ? Kind.Letter
    : /["'$./-]/.test(c)
    ? Kind.Special
    : Kind.Other;
}

/**
 * @param text One statement or more.
 * @returns Its shape and literals; `undefined` when it has none, or something that this scanner does not
 *   read.
 */
export function scanLiterals(text: string): ScannedText | undefined {
  const literals: ScannedLiteral[] = [];
  const length = text.length;
  let shape = "";
  let taken = 0;
  let extra = 0; // bytes beyond one for each character so far
  let minus = -1;
  let i = 0;
  while (i < length) {
    const c = text.charCodeAt(i);
    if (c >= 128) return undefined; // a name beyond ASCII: rare
    switch (kinds[c]) {
      case Kind.Space:
        i++;
        continue;
      case Kind.Other:
        minus = -1;
        i++;
        continue;
      case Kind.Letter: {
        minus = -1;
        const start = i++;
        while (i < length && isWord(text.charCodeAt(i))) i++;
        if (text.charCodeAt(i) === code.quote && i - start <= 2) {
          return undefined; // E'…', B'…', X'…', N'…'
        }
        if (text.charCodeAt(i) === 38 && i - start === 1) return undefined; // U&'…'
        continue;
      }
      case Kind.Digit: {
        const start = i;
        const end = numberEnd(text, i);
        if (end < 0) return undefined;
        const digits = text.slice(start, end);
        const kind = numberKind(digits);
        if (kind === undefined) return undefined;
        literals.push({ location: start + extra, minus, kind, text: digits });
        shape += text.slice(taken, start) + "\u0001" + kind;
        taken = i = end;
        minus = -1;
        continue;
      }
    }
    switch (c) {
      case code.minus:
        if (text.charCodeAt(i + 1) === code.minus) return undefined;
        minus = minus >= 0 ? -2 : i + extra;
        i++;
        continue;
      case code.slash:
        if (text.charCodeAt(i + 1) === code.star) return undefined;
        minus = -1;
        i++;
        continue;
      case code.dot:
        if (isDigit(text.charCodeAt(i + 1))) return undefined;
        minus = -1;
        i++;
        continue;
      case code.dollar: {
        const start = i++;
        while (isDigit(text.charCodeAt(i))) i++;
        if (i === start + 1) return undefined; // $$…$$
        minus = -1;
        continue;
      }
      case code.doubleQuote: {
        const end = text.indexOf('"', i + 1);
        if (end < 0) return undefined;
        const bytes = extraBytesOf(text, i, end);
        extra += bytes;
        i = end + 1;
        minus = -1;
        continue;
      }
      case code.quote: {
        const start = i;
        let end = text.indexOf("'", i + 1);
        let doubled = false;
        while (end >= 0 && text.charCodeAt(end + 1) === code.quote) {
          doubled = true;
          end = text.indexOf("'", end + 2);
        }
        if (end < 0) return undefined;
        const content = text.slice(start + 1, end);
        literals.push({
          location: start + extra,
          minus: -1,
          kind: "s",
          text: doubled ? content.replaceAll("''", "'") : content,
        });
        shape += text.slice(taken, start) + "\u0001s";
        extra += extraBytesOf(text, start, end);
        taken = i = end + 1;
        minus = -1;
        // 'a' 'b' on two lines is one literal.
        if (isContinued(text, i)) return undefined;
        continue;
      }
    }
  }
  if (literals.length === 0) return undefined;
  return { shape: shape + text.slice(taken), literals };
}

function isWord(c: number): boolean {
  return c < 128 &&
    (kinds[c] === Kind.Letter || kinds[c] === Kind.Digit || c === code.dollar);
}

function isDigit(c: number): boolean {
  return c >= code.zero && c <= code.nine;
}

function extraBytes(c: number): number {
  return c < 0x800 ? 1 : c >= 0xd800 && c < 0xe000 ? 1 : 2;
}

function extraBytesOf(text: string, from: number, to: number): number {
  let extra = 0;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c >= 128) extra += extraBytes(c);
  }
  return extra;
}

function numberEnd(text: string, start: number): number {
  let i = start;
  while (isDigit(text.charCodeAt(i))) i++;
  if (text.charCodeAt(i) === code.dot) {
    if (text.charCodeAt(i + 1) === code.dot) return -1;
    i++;
    while (isDigit(text.charCodeAt(i))) i++;
  }
  const c = text.charCodeAt(i);
  if (c === 101 || c === 69) {
    let at = i + 1;
    const sign = text.charCodeAt(at);
    if (sign === 43 || sign === code.minus) at++;
    if (!isDigit(text.charCodeAt(at))) return -1;
    while (isDigit(text.charCodeAt(at))) at++;
    i = at;
  }
  // 1a, 0x1F, 1_000: the parser's own affair.
  return i < text.length &&
      (isWord(text.charCodeAt(i)) || text.charCodeAt(i) >= 128)
    ? -1
    : i;
}

function numberKind(digits: string): "i" | "l" | "n" | undefined {
  if (digits.length < 10) return /^\d+$/.test(digits) ? "i" : "n";
  if (!/^\d+$/.test(digits)) return "n";
  if (digits.length > 19) return digits.length > 1000 ? undefined : "n";
  const value = BigInt(digits);
  // With a minus before them these two are of the smaller type.
  if (value === 2147483648n || value === 9223372036854775808n) return undefined;
  if (value <= 2147483647n) return "i";
  return value <= 9223372036854775807n ? "l" : "n";
}

function isContinued(text: string, from: number): boolean {
  let i = from;
  let lines = false;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === code.newline || c === code.return) lines = true;
    else if (c !== code.space && c !== code.tab) break;
    i++;
  }
  return lines && text.charCodeAt(i) === code.quote;
}
