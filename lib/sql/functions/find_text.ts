/**
 * Finds a text in another one in time linear in both, whatever they are.
 *
 * `indexOf` of JavaScript and `instr` and `replace` of SQLite compare at every place anew, which is the
 * quickest way for short texts, and takes hours for long ones that nearly match everywhere.
 *
 * @module
 */

/** Longer texts are looked for by Knuth, Morris and Pratt. */
const longestPlain = 64;
/** Characters between two pauses. */
const charactersPerPause = 1_048_576;

/** Looks for one text in another, again and again. */
export type Finder = (from: number) => number;

/**
 * @param text Where to look.
 * @param wanted What to look for.
 * @param pause Called now and then; may throw.
 * @returns Gives the first place from `from` on, -1 if there is none. Places are UTF-16 units.
 */
export function finder(
  text: string,
  wanted: string,
  pause?: () => void,
): Finder {
  if (wanted.length <= longestPlain) {
    return (from) => text.indexOf(wanted, from);
  }
  if (wanted.length > text.length) return () => -1;
  const borders = bordersOf(wanted, pause);
  return (from) => {
    let matched = 0;
    for (let at = from; at < text.length; at++) {
      if (at % charactersPerPause === 0) pause?.();
      const unit = text.charCodeAt(at);
      while (matched > 0 && wanted.charCodeAt(matched) !== unit) {
        matched = borders[matched - 1] as number;
      }
      if (wanted.charCodeAt(matched) === unit) matched++;
      if (matched === wanted.length) return at - matched + 1;
    }
    return -1;
  };
}

/** For each beginning of a text: the length of its longest part that is both beginning and end of it. */
function bordersOf(text: string, pause?: () => void): Int32Array {
  const borders = new Int32Array(text.length);
  let matched = 0;
  for (let at = 1; at < text.length; at++) {
    if (at % charactersPerPause === 0) pause?.();
    const unit = text.charCodeAt(at);
    while (matched > 0 && text.charCodeAt(matched) !== unit) {
      matched = borders[matched - 1] as number;
    }
    if (text.charCodeAt(matched) === unit) matched++;
    borders[at] = matched;
  }
  return borders;
}

/**
 * @param text A text.
 * @param separator What it is split at; not empty.
 * @param pause Called now and then; may throw.
 * @returns The pieces between, one after the other.
 */
export function* piecesOf(
  text: string,
  separator: string,
  pause?: () => void,
): Generator<string> {
  const find = finder(text, separator, pause);
  let from = 0;
  for (let at = find(0); at >= 0; at = find(from)) {
    yield text.slice(from, at);
    from = at + separator.length;
  }
  yield text.slice(from);
}
