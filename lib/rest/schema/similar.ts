/**
 * Finds the name that somebody probably meant.
 *
 * Similarity is 1 less the share of characters that must be inserted, deleted or replaced (Levenshtein), letter
 * case aside. What is too far away is given up early, because anybody can ask for a name that is not there.
 *
 * @module
 */

/**
 * @param one Text.
 * @param other Text.
 * @param least Similarity below which the exact value does not matter.
 * @returns 0 to 1, where 1 is the same; 0 for anything below `least`.
 */
export function similarity(one: string, other: string, least = 0): number {
  const a = one.toLowerCase();
  const b = other.toLowerCase();
  const longest = Math.max(a.length, b.length);
  if (longest === 0) return 1;
  // A little more than the exact number, against rounding.
  const most = Math.floor((1 - least) * longest + 1e-9);
  if (Math.abs(a.length - b.length) > most) return 0;
  const edits = distance(a, b, most);
  return edits > most ? 0 : 1 - edits / longest;
}

/** Edits between two texts; any number above `most` stands for "more". */
function distance(a: string, b: string, most: number): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const edits = Math.min(
        (before[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      row.push(edits);
      if (edits < least) least = edits;
    }
    if (least > most) return least;
    before = row;
  }
  return before[b.length] ?? 0;
}

/**
 * @param wanted What was asked for.
 * @param names What there is.
 * @param least Similarity that a suggestion must have.
 * @returns The most similar name that is another one, the first of several; nothing if none is similar enough.
 */
export function mostSimilar(
  wanted: string,
  names: Iterable<string>,
  least: number,
): string | undefined {
  let best: string | undefined;
  let score = least;
  for (const name of names) {
    if (name === wanted) continue;
    const found = similarity(wanted, name, score);
    if (found < score || (best !== undefined && found === score)) continue;
    best = name;
    score = found;
  }
  return best;
}
