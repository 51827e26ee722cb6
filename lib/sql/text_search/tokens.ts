/**
 * Takes a document apart into tokens, as PostgreSQL's default parser does (manual, 12.5).
 *
 * Every character that is not ASCII counts as a letter, as it does with the collation C.
 *
 * @module
 */

/** Kinds of tokens, named as in the manual's table 12.1. */
export type TokenKind =
  | "asciiword"
  | "word"
  | "numword"
  | "asciihword"
  | "hword"
  | "numhword"
  | "hword_asciipart"
  | "hword_part"
  | "hword_numpart"
  | "email"
  | "protocol"
  | "url"
  | "host"
  | "url_path"
  | "file"
  | "sfloat"
  | "float"
  | "int"
  | "uint"
  | "version"
  | "tag"
  | "entity"
  | "blank";

/** A token. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const letter = "[A-Za-z\\u0080-\\uffff]";
const alnum = "[A-Za-z0-9\\u0080-\\uffff]";
const sticky = (pattern: string) => new RegExp(pattern, "y");

const tag = sticky(
  "<(?:/?[A-Za-z_:][A-Za-z0-9_:.-]*(?:\\s[^<>]*)?/?|!--[\\s\\S]*?--|![A-Za-z][^<>]*|\\?[A-Za-z][^<>]*\\?)>",
);
const entity = sticky("&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);");
const protocol = sticky("[A-Za-z]+://");
const hostPattern =
  "[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?)*\\.[A-Za-z]{2,}";
const host = sticky(
  `${hostPattern}(?::[0-9]+)?(?![A-Za-z0-9@\\u0080-\\uffff])`,
);
const email = sticky(
  `[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?@${hostPattern}(?![A-Za-z0-9\\u0080-\\uffff])`,
);
const urlPath = sticky("/[!#-;=?-\\[\\]_a-z~%&'()*+,.:@$]+");
const filePart = "\\.?[A-Za-z0-9_~][A-Za-z0-9_~-]*";
const file = sticky(
  `(?:/[A-Za-z0-9_.~](?:[A-Za-z0-9_.~/-]*[A-Za-z0-9_~-])?|[A-Za-z][A-Za-z0-9]*(?:[./]${filePart})+|[0-9]+[A-Za-z0-9]*(?:/${filePart})(?:[./]${filePart})*)`,
);
/** `~/…`, `./…`, `../…`: only where no blank comes before. */
const relativeFile = sticky(
  "(?:~|\\.{1,2})/[A-Za-z0-9_.~](?:[A-Za-z0-9_.~/-]*[A-Za-z0-9_~-])?",
);
const version = sticky(
  "[0-9]+\\.[0-9]+(?:\\.[0-9]+)+(?![A-Za-z0-9\\u0080-\\uffff])",
);
const scientific = sticky(
  "[+-]?[0-9]+(?:\\.[0-9]+)?[eE][+-]?[0-9]+(?![A-Za-z0-9\\u0080-\\uffff])",
);
const float = sticky("[+-]?[0-9]+\\.[0-9]+(?![A-Za-z0-9\\u0080-\\uffff])");
const integer = sticky("[+-][0-9]+(?![A-Za-z0-9\\u0080-\\uffff])");
const unsigned = sticky("[0-9]+(?![A-Za-z0-9\\u0080-\\uffff])");
const hyphenated = sticky(
  `${alnum}*(?:-${letter}${alnum}*)+(?![\\w\\u0080-\\uffff])`,
);
const word = sticky(`${alnum}+`);
const ascii = /^[A-Za-z-]*$/;
const lettersOnly = /^[A-Za-z\u0080-\uffff-]*$/;

function at(pattern: RegExp, text: string, place: number): string | undefined {
  pattern.lastIndex = place;
  return pattern.exec(text)?.[0];
}

function wordKind(text: string): "asciiword" | "word" | "numword" {
  if (ascii.test(text)) return "asciiword";
  return lettersOnly.test(text) ? "word" : "numword";
}

const whole = {
  asciiword: "asciihword",
  word: "hword",
  numword: "numhword",
} as const;
const part = {
  asciiword: "hword_asciipart",
  word: "hword_part",
  numword: "hword_numpart",
} as const;

/**
 * @param text A document.
 * @returns Its tokens in order; a compound is followed by its parts.
 */
export function* tokens(text: string): Generator<Token> {
  let place = 0;
  let blank = "";
  while (place < text.length) {
    const found = tokenAt(text, place, blank === "");
    if (found === undefined) {
      // A token never begins inside one, so that characters nobody wants are taken one by one.
      blank += text[place];
      place++;
      continue;
    }
    if (blank !== "") {
      yield { kind: "blank", text: blank };
      blank = "";
    }
    yield* found.tokens;
    place += found.length;
  }
  if (blank !== "") yield { kind: "blank", text: blank };
}

/** Tokens at a place, and how much they take together. */
interface Found {
  readonly tokens: readonly Token[];
  readonly length: number;
}

function one(kind: TokenKind, text: string): Found {
  return { tokens: [{ kind, text }], length: text.length };
}

function tokenAt(
  text: string,
  place: number,
  fresh: boolean,
): Found | undefined {
  const first = text[place] as string;
  if (first === "~" || first === ".") {
    const path = fresh ? at(relativeFile, text, place) : undefined;
    return path === undefined ? undefined : one("file", path);
  }
  if (first === "<" || first === "&") {
    const markup = first === "<"
      ? at(tag, text, place)
      : at(entity, text, place);
    return markup === undefined
      ? undefined
      : one(first === "<" ? "tag" : "entity", markup);
  }
  if (first === "/") {
    const path = at(file, text, place);
    return path === undefined ? undefined : one("file", path);
  }
  if (first === "+" || first === "-") {
    // Versions have no sign.
    return at(version, text, place + 1) === undefined
      ? numberAt(text, place)
      : undefined;
  }
  if (!/[A-Za-z0-9\u0080-\uffff]/.test(first)) return undefined;
  return addressAt(text, place) ?? numberAt(text, place) ??
    compoundAt(text, place);
}

function numberAt(text: string, place: number): Found | undefined {
  for (
    const [kind, pattern] of [
      ["version", version],
      ["sfloat", scientific],
      ["float", float],
      ["int", integer],
      ["uint", unsigned],
    ] as const
  ) {
    const found = at(pattern, text, place);
    if (found !== undefined) return one(kind, found);
  }
  return undefined;
}

/** Addresses of mail, pages and files. */
function addressAt(text: string, place: number): Found | undefined {
  const mail = at(email, text, place);
  if (mail !== undefined) return one("email", mail);
  const scheme = at(protocol, text, place);
  if (scheme !== undefined) {
    const rest = hostAt(text, place + scheme.length);
    if (rest !== undefined) {
      return {
        tokens: [{ kind: "protocol", text: scheme }, ...rest.tokens],
        length: scheme.length + rest.length,
      };
    }
    return one("protocol", scheme);
  }
  const site = hostAt(text, place);
  if (site !== undefined) return site;
  const path = at(file, text, place);
  return path === undefined ? undefined : one("file", path);
}

function hostAt(text: string, place: number): Found | undefined {
  const name = at(host, text, place);
  if (name === undefined) return undefined;
  const path = at(urlPath, text, place + name.length);
  if (path === undefined || path === "") return one("host", name);
  return {
    tokens: [
      { kind: "url", text: name + path },
      { kind: "host", text: name },
      { kind: "url_path", text: path },
    ],
    length: name.length + path.length,
  };
}

function compoundAt(text: string, place: number): Found | undefined {
  const compound = /[A-Za-z\u0080-\uffff]/.test(text[place] as string)
    ? at(hyphenated, text, place)
    : undefined;
  if (compound === undefined) {
    const single = at(word, text, place);
    return single === undefined ? undefined : one(wordKind(single), single);
  }
  const pieces = compound.split("-");
  const kind = pieces.map(wordKind).reduce((all, each) =>
    all === "numword" || each === "numword"
      ? "numword"
      : all === "word" || each === "word"
      ? "word"
      : "asciiword"
  );
  const list: Token[] = [{ kind: whole[kind], text: compound }];
  pieces.forEach((piece, i) => {
    if (i > 0) list.push({ kind: "blank", text: "-" });
    list.push({ kind: part[wordKind(piece)], text: piece });
  });
  // The hyphen before a number that goes on with the compound is no sign.
  const hyphen = /^-\d/.test(
    text.slice(place + compound.length, place + compound.length + 2),
  );
  if (hyphen) list.push({ kind: "blank", text: "-" });
  return { tokens: list, length: compound.length + (hyphen ? 1 : 0) };
}
