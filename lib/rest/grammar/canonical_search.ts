/**
 * Query strings in one spelling: parameters in the order of the alphabet, each encoded in one way, so that
 * two spellings of one page have one `Content-Location`.
 *
 * @module
 */

/** The canonical spelling of all query strings of one shape. */
export interface CanonicalShape {
  /** Texts around the values, one more than there are values. */
  readonly texts: readonly [string, ...string[]];
  /** Which value stands after each text but the last, by its number in the shape. */
  readonly slots: readonly number[];
}

/** One parameter; its value ends with the value of a plain filter if it has a slot. */
interface Parameter {
  readonly key: string;
  readonly text: string;
  readonly slot?: number;
}

/** What `encodeURIComponent` leaves as it is. */
const plain = /^[\w.~!*'()-]*$/;

/**
 * @param search Query string, without `?`, as it came.
 * @returns It in its canonical spelling; empty if it has no parameters.
 */
export function canonicalSearch(search: string): string {
  return sorted(parametersOf(search)).map(({ text }) => text).join("&");
}

/**
 * @param text Text of a shape (`SearchShape`).
 * @returns How its query strings are spelled.
 */
export function canonicalShape(text: string): CanonicalShape {
  let slots = 0;
  const parameters = text.split("&").flatMap((pair) =>
    pair.endsWith("\0")
      ? parametersOf(pair.slice(0, -1)).map((each) => ({
        ...each,
        slot: slots++,
      }))
      : parametersOf(pair)
  );
  const texts: [string, ...string[]] = [""];
  const order: number[] = [];
  for (const [i, parameter] of sorted<Parameter>(parameters).entries()) {
    const last = texts.length - 1;
    texts[last] = `${texts[last]}${i === 0 ? "" : "&"}${parameter.text}`;
    if (parameter.slot === undefined) continue;
    order.push(parameter.slot);
    texts.push("");
  }
  return { texts, slots: order };
}

/**
 * @param shape A shape.
 * @param values Values of its plain filters, decoded.
 * @returns The query string with these values in its canonical spelling.
 */
export function spell(
  { texts, slots }: CanonicalShape,
  values: readonly string[],
): string {
  let spelled = texts[0];
  for (let i = 0; i < slots.length; i++) {
    const value = values[slots[i]!]!;
    spelled += (plain.test(value) ? value : encodeURIComponent(value)) +
      texts[i + 1]!;
  }
  return spelled;
}

function parametersOf(search: string): Parameter[] {
  return [...new URLSearchParams(search)].map(([key, value]) => ({
    key,
    text: `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  }));
}

/** By key; those of one key stay in their order. */
function sorted<P extends Parameter>(parameters: P[]): P[] {
  return parameters.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
