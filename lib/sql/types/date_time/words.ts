/**
 * Words in dates, times and intervals.
 *
 * @module
 */

/** What a word means in a date or time. */
export type Word =
  | { readonly is: "month"; readonly value: number }
  | { readonly is: "weekday" }
  | { readonly is: "ignored" }
  | { readonly is: "half"; readonly afternoon: boolean }
  | { readonly is: "era"; readonly beforeChrist: boolean }
  | { readonly is: "summer" }
  | { readonly is: "unit"; readonly unit: "julian" | "time" }
  | {
    readonly is: "special";
    readonly name:
      | "now"
      | "today"
      | "tomorrow"
      | "yesterday"
      | "epoch"
      | "infinity"
      | "-infinity"
      | "allballs";
  };

/** Names of months, in full. */
export const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** Names of weekdays, from Sunday. */
export const weekdayNames = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;

/** Letters of a word that count. */
const significant = 10;

const words = new Map<string, Word>([
  ["sept", { is: "month", value: 9 }],
  ["tue", { is: "weekday" }],
  ["tues", { is: "weekday" }],
  ["wed", { is: "weekday" }],
  ["weds", { is: "weekday" }],
  ["thur", { is: "weekday" }],
  ["thurs", { is: "weekday" }],
  ["at", { is: "ignored" }],
  ["on", { is: "ignored" }],
  ["am", { is: "half", afternoon: false }],
  ["pm", { is: "half", afternoon: true }],
  ["ad", { is: "era", beforeChrist: false }],
  ["bc", { is: "era", beforeChrist: true }],
  ["dst", { is: "summer" }],
  ["j", { is: "unit", unit: "julian" }],
  ["jd", { is: "unit", unit: "julian" }],
  ["julian", { is: "unit", unit: "julian" }],
  ["t", { is: "unit", unit: "time" }],
  ["now", { is: "special", name: "now" }],
  ["today", { is: "special", name: "today" }],
  ["tomorrow", { is: "special", name: "tomorrow" }],
  ["yesterday", { is: "special", name: "yesterday" }],
  ["epoch", { is: "special", name: "epoch" }],
  ["infinity", { is: "special", name: "infinity" }],
  ["-infinity", { is: "special", name: "-infinity" }],
  ["+infinity", { is: "special", name: "infinity" }],
  ["allballs", { is: "special", name: "allballs" }],
]);
monthNames.forEach((name, i) => {
  const word: Word = { is: "month", value: i + 1 };
  words.set(name.toLowerCase(), word);
  words.set(name.slice(0, 3).toLowerCase(), word);
});
for (const name of weekdayNames) {
  words.set(name.toLowerCase(), { is: "weekday" });
  words.set(name.slice(0, 3).toLowerCase(), { is: "weekday" });
}

/**
 * @param text A word in lower case.
 * @returns What it means; nothing if it is unknown.
 */
export function findWord(text: string): Word | undefined {
  return words.get(text.slice(0, significant));
}

/** A unit of an interval or of `extract`. */
export type Unit =
  | "microsecond"
  | "millisecond"
  | "second"
  | "minute"
  | "hour"
  | "day"
  | "week"
  | "month"
  | "quarter"
  | "year"
  | "decade"
  | "century"
  | "millennium"
  | "timezone"
  | "zoneHour"
  | "zoneMinute"
  | "ago";

const spellings: Readonly<Record<Unit, string>> = {
  microsecond: "us usec usecond useconds usecs microsecon",
  millisecond: "ms msec msecond mseconds msecs millisecon",
  second: "s sec second seconds secs",
  minute: "m min mins minute minutes",
  hour: "h hour hours hr hrs",
  day: "d day days",
  week: "w week weeks",
  month: "mon mons month months",
  quarter: "qtr quarter",
  year: "y year years yr yrs",
  decade: "dec decade decades decs",
  century: "c cent centuries century",
  millennium: "mil millennia millennium mils",
  timezone: "timezone",
  zoneHour: "timezone_h",
  zoneMinute: "timezone_m",
  ago: "ago",
};

const units = new Map<string, Unit>(
  (Object.keys(spellings) as Unit[]).flatMap((unit) =>
    spellings[unit].split(" ").map((word): [string, Unit] => [word, unit])
  ),
);

/**
 * @param text A word in lower case.
 * @returns The unit it names; nothing if it is unknown.
 */
export function findUnit(text: string): Unit | undefined {
  return units.get(text.slice(0, significant));
}
