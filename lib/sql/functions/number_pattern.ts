/**
 * Templates of `to_char` and `to_number` for numbers (manual, table 9.30).
 *
 * @module
 */

import { longestPattern } from "../../base/value_limit.ts";
import { SqlError } from "../error.ts";

/** An element of a template. */
export type NumberNode =
  | { readonly is: "text"; readonly text: string }
  | {
    readonly is:
      | "9"
      | "0"
      | "."
      | ","
      | "currency"
      | "minus"
      | "plus"
      | "sign"
      | "roman"
      | "ordinal";
    /** Letters as in the template, for upper and lower case. */
    readonly text: string;
  };

/** A template, read. */
export interface NumberPattern {
  readonly nodes: readonly NumberNode[];
  /** Digits before the point. */
  readonly before: number;
  /** Digits after it. */
  readonly after: number;
  readonly point: boolean;
  /** `FM`: no blanks, no zeros at the end. */
  readonly fill: boolean;
  /** Where `S` stands: before or behind the digits. */
  readonly sign: "" | "before" | "after";
  /** `PR`. */
  readonly brackets: boolean;
  readonly minus: boolean;
  readonly plus: boolean;
  readonly roman: boolean;
  /** `EEEE`. */
  readonly scientific: boolean;
  /** `V`: digits behind it. */
  readonly shift: number;
  /** Digits before the first `0`; -1 when there is none. */
  readonly zeroFrom: number;
  /** Digits up to the last `0`. */
  readonly zeroTo: number;
}

const words =
  /EEEE|eeee|FM|fm|MI|mi|PL|pl|PR|pr|RN|rn|SG|sg|SP|sp|TH|th|[.,09BbCcDdGgLlSsVv]/y;

function wrong(message: string): SqlError {
  return new SqlError("42601", message);
}

interface Draft {
  nodes: NumberNode[];
  before: number;
  after: number;
  point: boolean;
  fill: boolean;
  sign: "" | "before" | "after";
  signAt: number;
  brackets: boolean;
  minus: boolean;
  plus: boolean;
  roman: boolean;
  scientific: boolean;
  multiplied: boolean;
  shift: number;
  zeroFrom: number;
  zeroTo: number;
}

function takeWord(draft: Draft, text: string): void {
  const word = text.toUpperCase();
  if (draft.scientific && word !== "TH") {
    throw wrong('"EEEE" must be the last pattern used');
  }
  const together = (a: string, b: string) =>
    wrong(`cannot use "${a}" and ${b} together`);
  switch (word) {
    case "9":
    case "0":
      if (draft.brackets) {
        throw wrong(`"${word}" must be ahead of "PR"`);
      }
      if (word === "0" && draft.zeroFrom < 0 && !draft.point) {
        draft.zeroFrom = draft.before;
      }
      if (draft.multiplied) draft.shift += 1;
      else if (draft.point) draft.after += 1;
      else draft.before += 1;
      if (word === "0") draft.zeroTo = draft.before + draft.after;
      draft.nodes.push({ is: word, text });
      return;
    case ".":
    case "D":
      if (draft.point) throw wrong("multiple decimal points");
      if (draft.multiplied) {
        throw wrong('cannot use "V" and decimal point together');
      }
      draft.point = true;
      draft.nodes.push({ is: ".", text });
      return;
    case ",":
    case "G":
      draft.nodes.push({ is: ",", text });
      return;
    case "FM":
      draft.fill = true;
      return;
    case "S":
      if (draft.sign !== "") throw wrong('cannot use "S" twice');
      if (draft.plus || draft.minus || draft.brackets) {
        throw together("S", '"PL"/"MI"/"SG"/"PR"');
      }
      draft.sign = draft.point ? "after" : "before";
      draft.signAt = draft.before;
      return;
    case "MI":
      if (draft.sign !== "") throw together("S", '"MI"');
      draft.minus = true;
      draft.nodes.push({ is: "minus", text });
      return;
    case "PL":
      if (draft.sign !== "") throw together("S", '"PL"');
      draft.plus = true;
      draft.nodes.push({ is: "plus", text });
      return;
    case "SG":
      if (draft.sign !== "") throw together("S", '"SG"');
      draft.plus = draft.minus = true;
      draft.nodes.push({ is: "sign", text });
      return;
    case "PR":
      if (draft.sign !== "" || draft.plus || draft.minus) {
        throw together("PR", '"S"/"PL"/"MI"/"SG"');
      }
      draft.brackets = true;
      return;
    case "RN":
      draft.roman = true;
      draft.nodes.push({ is: "roman", text });
      return;
    case "V":
      if (draft.point) {
        throw wrong('cannot use "V" and decimal point together');
      }
      draft.multiplied = true;
      return;
    case "EEEE":
      if (
        draft.fill || draft.sign !== "" || draft.brackets || draft.minus ||
        draft.plus || draft.roman || draft.multiplied
      ) {
        throw new SqlError(
          "42601",
          '"EEEE" is incompatible with other formats',
          {
            detail:
              '"EEEE" may only be used together with digit and decimal point patterns.',
          },
        );
      }
      draft.scientific = true;
      return;
    case "L":
    case "C":
      if (word === "L") draft.nodes.push({ is: "currency", text });
      return;
    case "TH":
      draft.nodes.push({ is: "ordinal", text });
      return;
    default:
      // B and SP are known and do nothing.
      return;
  }
}

function read(format: string): NumberPattern {
  if (format.length > longestPattern / 16) {
    throw new SqlError("54000", "formatting template is too long");
  }
  const draft: Draft = {
    nodes: [],
    before: 0,
    after: 0,
    point: false,
    fill: false,
    sign: "",
    signAt: 0,
    brackets: false,
    minus: false,
    plus: false,
    roman: false,
    scientific: false,
    multiplied: false,
    shift: 0,
    zeroFrom: -1,
    zeroTo: 0,
  };
  let at = 0;
  while (at < format.length) {
    words.lastIndex = at;
    const word = words.exec(format);
    if (word !== null) {
      takeWord(draft, word[0]);
      at = words.lastIndex;
      continue;
    }
    const literal = takeLiteral(format, at);
    draft.nodes.push({ is: "text", text: literal.text });
    at = literal.at;
  }
  return {
    ...draft,
    // A sign behind the last digit is one behind the number.
    sign: draft.sign === "before" && draft.signAt === draft.before
      ? "after"
      : draft.sign,
  };
}

/**
 * Reads what is no word of a template: a quoted text, or one character.
 *
 * @param format Template.
 * @param from Where it stands.
 * @returns The text, and where the template goes on.
 */
export function takeLiteral(
  format: string,
  from: number,
): { text: string; at: number } {
  let at = from;
  if (format[at] === '"') {
    let text = "";
    at++;
    while (at < format.length && format[at] !== '"') {
      if (format[at] === "\\" && at + 1 < format.length) at++;
      const character = String.fromCodePoint(format.codePointAt(at) as number);
      text += character;
      at += character.length;
    }
    return { text, at: at + 1 };
  }
  if (format[at] === "\\" && format[at + 1] === '"') at++;
  const text = String.fromCodePoint(format.codePointAt(at) as number);
  return { text, at: at + text.length };
}

const known = new Map<string, NumberPattern>();
/** Templates that clients sent are remembered, but not without end. */
const mostKnown = 500;

/**
 * @param format Template.
 * @returns What it says.
 * @throws {SqlError} 42601.
 */
export function numberPattern(format: string): NumberPattern {
  let pattern = known.get(format);
  if (pattern === undefined) {
    if (known.size >= mostKnown) known.clear();
    pattern = read(format);
    known.set(format, pattern);
  }
  return pattern;
}
