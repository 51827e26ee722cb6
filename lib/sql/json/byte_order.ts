/**
 * The order of texts in the collation C: that of their UTF-8 bytes, which is SQLite's BINARY.
 *
 * @module
 */

/**
 * @param a One text.
 * @param b Another.
 * @returns Negative, zero or positive. UTF-16 puts U+E000…U+FFFF after surrogates, UTF-8 before them.
 */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === shorter) return a.length - b.length;
  return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/**
 * @param text A text.
 * @returns How many bytes it takes in UTF-8.
 */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A pair of surrogates is two units and four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/**
 * @param a A key of a jsonb object.
 * @param b Another.
 * @returns Order in which jsonb keeps its keys: shorter ones first, then by bytes.
 */
export function compareKeys(a: string, b: string): number {
  return byteLength(a) - byteLength(b) || compareBytes(a, b);
}
