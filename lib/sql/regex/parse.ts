/**
 * Reads regular expressions in PostgreSQL's three flavours (manual, 9.7.3).
 *
 * @module
 */

import {
  bothCases,
  type CharacterSet,
  everything,
  noNewline,
  withoutNewline,
} from "./character_set.ts";
import { readBracket } from "./bracket.ts";
import { readDirectors, type Settings } from "./directors.ts";
import { readEscape } from "./escape.ts";
import { type Quantifier, readQuantifier } from "./quantifier.ts";
import {
  badRegex,
  type Node,
  type RegexOptions,
  type Syntax,
  tooComplex,
} from "./syntax.ts";

/** Longest pattern, in UTF-16 units. */
const longestPattern = 65_536;
const deepest = 250;
const mostGroups = 400;

class Parser {
  readonly #settings: Settings;
  #text: string;
  #at = 0;
  #groups = 0;
  readonly #closed = new Set<number>();
  #depth = 0;
  /** Groups inside lookaround do not capture. */
  #looking = 0;

  constructor(pattern: string, options: RegexOptions) {
    this.#text = pattern;
    this.#settings = {
      ignoreCase: options.ignoreCase ?? false,
      newlineStops: options.newlineStops ?? false,
      newlineAnchors: options.newlineAnchors ?? false,
      expanded: options.expanded ?? false,
      literal: options.literal ?? false,
      flavor: options.flavor ?? "advanced",
    };
  }

  parse(): Syntax {
    if (!this.#settings.literal && this.#settings.flavor === "advanced") {
      this.#at = readDirectors(this.#text, this.#settings);
    }
    const root = this.#settings.literal
      ? this.#literally()
      : this.#alternatives();
    if (this.#at < this.#text.length) {
      throw badRegex("parentheses () not balanced");
    }
    return {
      root,
      groups: this.#groups,
      ignoreCase: this.#settings.ignoreCase,
    };
  }

  #literally(): Node {
    const items = Array.from(
      this.#text.slice(this.#at),
      (c): Node => this.#one(c.codePointAt(0) as number),
    );
    this.#at = this.#text.length;
    return { kind: "concat", items };
  }

  get #basic(): boolean {
    return this.#settings.flavor === "basic";
  }

  #rest(token: string): boolean {
    return this.#text.startsWith(token, this.#at);
  }

  /** Steps over white space and comments that mean nothing. */
  #skip(): void {
    for (;;) {
      if (this.#settings.flavor === "advanced" && this.#rest("(?#")) {
        const end = this.#text.indexOf(")", this.#at);
        if (end < 0) throw badRegex("parentheses () not balanced");
        this.#at = end + 1;
      } else if (
        this.#settings.expanded && /\s/.test(this.#text[this.#at] ?? "")
      ) {
        this.#at++;
      } else if (this.#settings.expanded && this.#rest("#")) {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else return;
    }
  }

  #alternatives(): Node {
    if (++this.#depth > deepest) throw tooComplex(false);
    const items = [this.#branch()];
    while (!this.#basic && this.#rest("|")) {
      this.#at++;
      items.push(this.#branch());
    }
    this.#depth--;
    return items.length === 1 ? items[0] as Node : { kind: "alternate", items };
  }

  #closes(): boolean {
    return this.#basic ? this.#rest("\\)") : this.#rest(")") || this.#rest("|");
  }

  #branch(): Node {
    const items: Node[] = [];
    for (;;) {
      this.#skip();
      if (this.#at >= this.#text.length || this.#closes()) break;
      items.push(this.#quantified(items.length === 0));
    }
    if (items.length === 0) return { kind: "empty" };
    return items.length === 1 ? items[0] as Node : { kind: "concat", items };
  }

  #quantified(first: boolean): Node {
    const atom = this.#atom(first);
    this.#skip();
    const quantifier = this.#quantifier();
    if (quantifier === undefined) return atom;
    if (atom.kind === "assert" || atom.kind === "look") {
      throw badRegex("quantifier operand invalid");
    }
    this.#skip();
    if (this.#quantifier() !== undefined) {
      throw badRegex("quantifier operand invalid");
    }
    const { min, max, fixed } = quantifier;
    if (min === 1 && max === 1 && fixed) return atom;
    return { kind: "repeat", node: atom, ...quantifier };
  }

  #quantifier(): Quantifier | undefined {
    const found = readQuantifier(this.#text, this.#at, this.#settings.flavor);
    if (found === undefined) return undefined;
    const { end, ...quantifier } = found;
    this.#at = end;
    return quantifier;
  }

  #one(code: number): Node {
    return this.#set([code, code]);
  }

  #set(set: CharacterSet): Node {
    return {
      kind: "set",
      set: this.#settings.ignoreCase ? bothCases(set) : set,
    };
  }

  #atom(first: boolean): Node {
    const text = this.#text;
    const code = text.codePointAt(this.#at) as number;
    const character = String.fromCodePoint(code);
    if (character === "\\") return this.#backslash();
    if (this.#basic && character === "*") {
      // Nothing to repeat: a plain star.
      if (!first) throw badRegex("quantifier operand invalid");
      this.#at++;
      return this.#one(code);
    }
    switch (this.#basic ? character.replace(/[()+?|]/, "") : character) {
      case "(":
        return this.#parentheses();
      case "[":
        return this.#bracket();
      case ".":
        this.#at++;
        return this.#set(this.#settings.newlineStops ? noNewline : everything);
      case "^":
        if (this.#basic && !first) break;
        this.#at++;
        return this.#anchor("lineStart", "textStart");
      case "$":
        if (
          this.#basic && this.#at + 1 < text.length &&
          !text.startsWith("\\)", this.#at + 1)
        ) break;
        this.#at++;
        return this.#anchor("lineEnd", "textEnd");
      case "*":
      case "+":
      case "?":
        throw badRegex("quantifier operand invalid");
      case "{":
        if (
          !this.#basic &&
          (this.#settings.flavor === "extended" ||
            /^\{\d/.test(text.slice(this.#at, this.#at + 2)))
        ) {
          throw badRegex("quantifier operand invalid");
        }
    }
    this.#at += character.length;
    return this.#one(code);
  }

  #anchor(line: "lineStart" | "lineEnd", text: "textStart" | "textEnd"): Node {
    return {
      kind: "assert",
      what: this.#settings.newlineAnchors ? line : text,
    };
  }

  #bracket(): Node {
    for (
      const [written, what] of [
        ["[[:<:]]", "wordStart"],
        ["[[:>:]]", "wordEnd"],
      ] as const
    ) {
      if (this.#rest(written)) {
        this.#at += written.length;
        return { kind: "assert", what };
      }
    }
    const { set, end } = readBracket(this.#text, this.#at, this.#settings);
    this.#at = end;
    return { kind: "set", set };
  }

  #parentheses(): Node {
    if (this.#settings.flavor === "advanced" && this.#rest("(?")) {
      const forms = [
        ["(?:", undefined],
        ["(?=", { behind: false, negative: false }],
        ["(?!", { behind: false, negative: true }],
        ["(?<=", { behind: true, negative: false }],
        ["(?<!", { behind: true, negative: true }],
      ] as const;
      const form = forms.find(([opening]) => this.#rest(opening));
      if (form === undefined) throw badRegex("quantifier operand invalid");
      this.#at += form[0].length;
      if (form[1] === undefined) return this.#inside(")");
      this.#looking++;
      const node = this.#inside(")");
      this.#looking--;
      return { kind: "look", node, ...form[1] };
    }
    this.#at++;
    return this.#group(")");
  }

  #group(close: string): Node {
    if (this.#looking > 0) return this.#inside(close);
    const index = ++this.#groups;
    if (index > mostGroups) throw tooComplex(false);
    const node = this.#inside(close);
    this.#closed.add(index);
    return { kind: "group", node, index };
  }

  #inside(close: string): Node {
    const node = this.#alternatives();
    if (!this.#rest(close)) throw badRegex("parentheses () not balanced");
    this.#at += close.length;
    // In parentheses a condition may be repeated.
    return node.kind === "assert" || node.kind === "look"
      ? { kind: "concat", items: [node] }
      : node;
  }

  #backslash(): Node {
    if (this.#settings.flavor !== "advanced") return this.#plainBackslash();
    const escape = readEscape(this.#text, this.#at, this.#groups);
    this.#at = escape.end;
    switch (escape.kind) {
      case "assert":
        return { kind: "assert", what: escape.what };
      case "reference":
        if (!this.#closed.has(escape.index) || this.#looking > 0) {
          throw badRegex("invalid backreference number");
        }
        return { kind: "reference", index: escape.index };
      case "set":
        return this.#set(
          escape.negated && this.#settings.newlineStops
            ? withoutNewline(escape.set)
            : escape.set,
        );
      case "character":
        return this.#one(escape.code);
    }
  }

  /** Basic and extended expressions: a backslash only takes meaning away, or in basic ones gives it. */
  #plainBackslash(): Node {
    const code = this.#text.codePointAt(this.#at + 1);
    if (code === undefined) throw badRegex("invalid escape \\ sequence");
    const character = String.fromCodePoint(code);
    this.#at += 1 + character.length;
    if (this.#basic && character === "(") return this.#group("\\)");
    if (this.#basic && character === "<") {
      return { kind: "assert", what: "wordStart" };
    }
    if (this.#basic && character === ">") {
      return { kind: "assert", what: "wordEnd" };
    }
    if (this.#basic && /[1-9]/.test(character)) {
      if (!this.#closed.has(Number(character))) {
        throw badRegex("invalid backreference number");
      }
      return { kind: "reference", index: Number(character) };
    }
    return this.#one(code);
  }
}

/**
 * @param pattern Text of the expression.
 * @param options How to read it.
 * @returns Its tree.
 * @throws {SqlError} 2201B.
 */
export function parseRegex(pattern: string, options: RegexOptions): Syntax {
  if (pattern.length > longestPattern) throw tooComplex(false);
  return new Parser(pattern, options).parse();
}
