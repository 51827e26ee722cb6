/**
 * The English stemmer that PostgreSQL uses (Porter2, as Snowball defines it).
 *
 * @module
 */

const vowel = /[aeiouy]/;
const doubled = /(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/;

/** Whole words with stems of their own. */
const exceptions: ReadonlyMap<string, string> = new Map(Object.entries({
  skis: "ski",
  skies: "sky",
  dying: "die",
  lying: "lie",
  tying: "tie",
  idly: "idl",
  gently: "gentl",
  ugly: "ugli",
  early: "earli",
  only: "onli",
  singly: "singl",
  sky: "sky",
  news: "news",
  howe: "howe",
  atlas: "atlas",
  cosmos: "cosmos",
  bias: "bias",
  andes: "andes",
}));
/** Words that are left alone after plurals are cut. */
const finished: ReadonlySet<string> = new Set([
  "inning",
  "outing",
  "canning",
  "herring",
  "earring",
  "proceed",
  "exceed",
  "succeed",
]);
const secondSuffixes: readonly (readonly [string, string])[] = [
  ["ization", "ize"],
  ["ational", "ate"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["iveness", "ive"],
  ["tional", "tion"],
  ["biliti", "ble"],
  ["lessli", "less"],
  ["entli", "ent"],
  ["ation", "ate"],
  ["alism", "al"],
  ["aliti", "al"],
  ["ousli", "ous"],
  ["iviti", "ive"],
  ["fulli", "ful"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["abli", "able"],
  ["izer", "ize"],
  ["ator", "ate"],
  ["alli", "al"],
  ["bli", "ble"],
  ["ogi", "og"],
  ["li", ""],
];
const thirdSuffixes: readonly (readonly [string, string])[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["alize", "al"],
  ["icate", "ic"],
  ["iciti", "ic"],
  ["ative", ""],
  ["ical", "ic"],
  ["ness", ""],
  ["ful", ""],
];
const fourthSuffixes: readonly string[] = [
  "ement",
  "ance",
  "ence",
  "able",
  "ible",
  "ment",
  "ant",
  "ent",
  "ism",
  "ate",
  "iti",
  "ous",
  "ive",
  "ize",
  "ion",
  "al",
  "er",
  "ic",
];

/** Part after the first consonant that follows a vowel. */
function region(word: string, from: number): number {
  for (let i = from + 1; i < word.length; i++) {
    if (!vowel.test(word[i] as string) && vowel.test(word[i - 1] as string)) {
      return i + 1;
    }
  }
  return word.length;
}

/** Whether a word ends in a short syllable. */
function shortEnd(word: string): boolean {
  if (word.length === 2) {
    return vowel.test(word[0] as string) && !vowel.test(word[1] as string);
  }
  const [a = "", b = "", c = ""] = word.slice(-3);
  return !vowel.test(a) && vowel.test(b) && !vowel.test(c) &&
    !/[wxY]/.test(c) &&
    word.length > 2;
}

/** A word while it is cut. */
class Stem {
  first: number;
  second: number;

  constructor(public word: string) {
    const prefix = /^(?:gener|commun|arsen)/.exec(word)?.[0].length;
    this.first = prefix ?? region(word, 0);
    this.second = region(word, this.first);
  }

  ends(suffix: string): boolean {
    return this.word.endsWith(suffix);
  }

  /** Whether the last letters lie after the start of a region. */
  inside(suffix: string, start: number): boolean {
    return this.word.length - suffix.length >= start;
  }

  swap(suffix: string, by: string): void {
    this.word = this.word.slice(0, this.word.length - suffix.length) + by;
  }

  before(suffix: string): string {
    return this.word.slice(0, this.word.length - suffix.length);
  }
}

function plural(stem: Stem): void {
  const { word } = stem;
  if (stem.ends("sses")) stem.swap("sses", "ss");
  else if (stem.ends("ied") || stem.ends("ies")) {
    stem.swap("ies", word.length > 4 ? "i" : "ie");
  } else if (stem.ends("us") || stem.ends("ss")) return;
  else if (stem.ends("s") && vowel.test(word.slice(0, -2))) stem.swap("s", "");
}

function past(stem: Stem): void {
  for (const suffix of ["eedly", "eed"]) {
    if (!stem.ends(suffix)) continue;
    if (stem.inside(suffix, stem.first)) stem.swap(suffix, "ee");
    return;
  }
  const suffix = ["ingly", "edly", "ing", "ed"].find((s) => stem.ends(s));
  if (suffix === undefined || !vowel.test(stem.before(suffix))) return;
  stem.swap(suffix, "");
  if (/(?:at|bl|iz)$/.test(stem.word)) stem.word += "e";
  else if (doubled.test(stem.word)) stem.word = stem.word.slice(0, -1);
  else if (stem.word.length <= stem.first && shortEnd(stem.word)) {
    stem.word += "e";
  }
}

function second(stem: Stem): void {
  const found = secondSuffixes.find(([suffix]) => stem.ends(suffix));
  if (found === undefined) return;
  const [suffix, by] = found;
  if (!stem.inside(suffix, stem.first)) return;
  const before = stem.before(suffix);
  if (suffix === "ogi" && !before.endsWith("l")) return;
  if (suffix === "li" && !/[cdeghkmnrt]$/.test(before)) return;
  stem.swap(suffix, by);
}

function third(stem: Stem): void {
  const found = thirdSuffixes.find(([suffix]) => stem.ends(suffix));
  if (found === undefined) return;
  const [suffix, by] = found;
  const start = suffix === "ative" ? stem.second : stem.first;
  if (stem.inside(suffix, start)) stem.swap(suffix, by);
}

function fourth(stem: Stem): void {
  const suffix = fourthSuffixes.find((each) => stem.ends(each));
  if (suffix === undefined || !stem.inside(suffix, stem.second)) return;
  if (suffix === "ion" && !/[st]$/.test(stem.before(suffix))) return;
  stem.swap(suffix, "");
}

function last(stem: Stem): void {
  if (stem.ends("e")) {
    if (
      stem.inside("e", stem.second) ||
      (stem.inside("e", stem.first) && !shortEnd(stem.before("e")))
    ) stem.swap("e", "");
  } else if (stem.ends("ll") && stem.inside("l", stem.second)) {
    stem.swap("l", "");
  }
}

/**
 * @param text A word in lower case.
 * @returns Its stem.
 */
export function englishStem(text: string): string {
  if ([...text].length < 3) return text;
  const known = exceptions.get(text);
  if (known !== undefined) return known;
  // A y that stands for a consonant is told apart by its case.
  const word = text.replace(/^'/, "").replace(
    /^y|([aeiouy])y/g,
    (match) => match.slice(0, -1) + "Y",
  );
  const stem = new Stem(word);
  for (const suffix of ["'s'", "'s", "'"]) {
    if (stem.ends(suffix)) {
      stem.swap(suffix, "");
      break;
    }
  }
  plural(stem);
  if (!finished.has(stem.word)) {
    past(stem);
    if (/[^aeiouy][yY]$/.test(stem.word) && stem.word.length > 2) {
      stem.word = stem.word.slice(0, -1) + "i";
    }
    second(stem);
    third(stem);
    fourth(stem);
    last(stem);
  }
  return stem.word.replaceAll("Y", "y");
}
