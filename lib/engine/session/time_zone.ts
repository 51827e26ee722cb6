/**
 * Names of time zones as `SET TimeZone` takes and `SHOW` writes them.
 *
 * @module
 */

const longestOffsetHours = 168;

let names: Map<string, string> | undefined;

/** IANA names by lower-case name; made when first needed. */
function zoneNames(): Map<string, string> {
  return names ??= new Map(
    [
      ...Intl.supportedValuesOf("timeZone"),
      "UTC",
      "GMT",
      "Etc/UTC",
      "Etc/GMT",
      "UCT",
      "Universal",
      "Zulu",
      "GMT0",
      "Greenwich",
    ].map((name) => [name.toLowerCase(), name]),
  );
}

/**
 * @param hours Hours east of UTC.
 * @returns POSIX text as PostgreSQL writes it, for example `<+03>-03`.
 */
export function offsetZone(hours: number): string | undefined {
  if (!Number.isFinite(hours) || Math.abs(hours) > longestOffsetHours) {
    return undefined;
  }
  const seconds = Math.round(Math.abs(hours) * 3600);
  const two = (value: number) => String(value).padStart(2, "0");
  let text = two(Math.floor(seconds / 3600));
  if (seconds % 3600 !== 0) text += `:${two(Math.floor(seconds / 60) % 60)}`;
  if (seconds % 60 !== 0) text += `:${two(seconds % 60)}`;
  return hours < 0 ? `<-${text}>+${text}` : `<+${text}>-${text}`;
}

/**
 * @param value What a client sets.
 * @returns The name as it is kept; `undefined` if there is no such zone.
 */
export function canonicalTimeZone(value: string): string | undefined {
  const text = value.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return offsetZone(Number(text));
  const name = zoneNames().get(text.toLowerCase());
  if (name !== undefined) return name;
  if (/^(?:<[+-]?\w+>|[A-Za-z]{3,})[+-]?\d{1,3}(?::\d{2}){0,2}$/.test(text)) {
    return text.startsWith("<") ? text : text.toUpperCase();
  }
  if (!/^[A-Za-z][\w/+-]*$/.test(text)) return undefined;
  try {
    // Links to other names ("US/Pacific") are known to the formatter though not listed.
    new Intl.DateTimeFormat("en", { timeZone: text });
    return text;
  } catch {
    return undefined;
  }
}
