/**
 * Time zones: IANA's, fixed offsets and POSIX texts (`<+05:30>-05:30`, `EST5`).
 *
 * What the runtime tells about a zone is kept as spans of one offset, because asking is slow.
 *
 * @module
 */

import { unixDays } from "./calendar.ts";
import { knownAbbreviation } from "./zone_abbreviations.ts";

/** A time zone. Times are in seconds since 2000-01-01, UTC unless said otherwise. */
export interface Zone {
  /** As it was asked for. */
  readonly name: string;
  /** Whether its offset is the same for ever. */
  readonly fixed: boolean;
  /**
   * @param seconds A time.
   * @returns Seconds east of UTC at that time.
   */
  offsetAt(seconds: number): number;
  /**
   * @param seconds A time by the zone's own clocks. Where they go forward the time before counts, where they go back the time after.
   * @returns Seconds east of UTC.
   */
  offsetOfLocal(seconds: number): number;
  /**
   * @param seconds A time.
   * @returns What the zone is called then, for example `CEST`.
   */
  abbreviationAt(seconds: number): string;
}

/** Stretch of time with one offset. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

// The part of Temporal that is used; the compiler's library need not know it.
interface ZonedDateTime {
  readonly epochMilliseconds: number;
  readonly offsetNanoseconds: number;
  getTimeZoneTransition(direction: "next" | "previous"): ZonedDateTime | null;
}
interface TemporalLike {
  readonly Instant: {
    fromEpochMilliseconds(milliseconds: number): {
      toZonedDateTimeISO(zone: string): ZonedDateTime;
    };
  };
}
const { Temporal: temporal } = globalThis as unknown as {
  Temporal: TemporalLike;
};

const epoch = unixDays * 86_400;
/** Seconds of 400 years, after which the calendar repeats itself. */
const cycle = 146_097 * 86_400;
/** Beyond this the runtime has no dates. */
const farthest = 8_000_000_000_000;

function posixLike(name: string): boolean {
  return /^(?:<[^>]*>|[A-Za-z]{3,})?[+-]?\d{1,3}(?::\d{1,2}){0,2}$/.test(name);
}

function fixedZone(
  name: string,
  offset: number,
  abbreviation: string,
): Zone {
  return {
    name,
    fixed: true,
    offsetAt: () => offset,
    offsetOfLocal: () => offset,
    abbreviationAt: () => abbreviation,
  };
}

/** POSIX counts west of UTC. */
function posixZone(name: string): Zone {
  const match =
    /^(?:<([^>]*)>|([A-Za-z]{3,}))?([+-]?)(\d{1,3})(?::(\d{1,2}))?(?::(\d{1,2}))?$/
      .exec(name) as RegExpExecArray;
  const [, quoted, plain, sign, hours, minutes = "0", seconds = "0"] = match;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return fixedZone(
    name,
    sign === "-" ? size : -size,
    (quoted ?? plain ?? "").toUpperCase(),
  );
}

/** Writes an offset as IANA does where a zone has no letters: `+03`, `-0330`. */
function numericName(offset: number, separator = ""): string {
  const size = Math.abs(offset);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const minutes = Math.floor(size % 3600 / 60);
  return `${offset < 0 ? "-" : "+"}${two(size / 3600)}${
    minutes === 0 ? "" : separator + two(minutes)
  }`;
}

/** Abbreviations that IANA's database still has; for others it writes the offset. */
const lettered: ReadonlySet<string> = new Set(
  ("EST EDT CST CDT MST MDT PST PDT AKST AKDT HST HDT AST ADT NST NDT GMT " +
    "BST IST WET WEST CET CEST EET EEST MSK SAST WAT CAT EAT PKT WIB WITA " +
    "WIT JST KST HKT AEST AEDT ACST ACDT AWST NZST NZDT SST UTC").split(" "),
);

const locales = ["en-US", "en-GB", "en-AU", "en-IN", "en-CA", "en-NZ"];

function nameBy(locale: string, zone: string, milliseconds: number): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    timeZoneName: "short",
  }).formatToParts(milliseconds).find(({ type }) => type === "timeZoneName")
    ?.value ?? "";
}

/** A zone of IANA's database. */
class IanaZone implements Zone {
  readonly fixed = false;
  readonly name: string;
  readonly #canonical: string;
  readonly #spans: Span[] = [];
  #last: Span | undefined;
  readonly #abbreviations = new Map<number, string>();

  constructor(name: string, canonical: string) {
    this.name = name;
    this.#canonical = canonical;
  }

  offsetAt(seconds: number): number {
    return this.#spanAt(seconds).offset;
  }

  offsetOfLocal(seconds: number): number {
    const before = this.#spanAt(seconds - 86_400);
    if (seconds - before.offset + 86_400 < before.to) return before.offset;
    const after = this.#spanAt(seconds + 86_400);
    if (before.offset === after.offset) return before.offset;
    const early = seconds - before.offset;
    const late = seconds - after.offset;
    if (early < before.to && late < before.to) return before.offset;
    if (early >= before.to && late >= before.to) return after.offset;
    return early > late ? before.offset : after.offset;
  }

  abbreviationAt(seconds: number): string {
    const { offset, from } = this.#spanAt(seconds);
    let name = this.#abbreviations.get(from);
    if (name === undefined) {
      name = this.#findAbbreviation(seconds, offset);
      this.#abbreviations.set(from, name);
    }
    return name;
  }

  #findAbbreviation(seconds: number, offset: number): string {
    const known = knownAbbreviation(this.#canonical, offset);
    if (known !== undefined) return known;
    if (this.#canonical === "UTC") return this.name.toUpperCase();
    const [from] = wrap(seconds);
    if (offset % 60 !== 0) return "LMT";
    for (const locale of locales) {
      const name = nameBy(locale, this.#canonical, (from + epoch) * 1000);
      if (lettered.has(name)) return name;
    }
    return numericName(offset);
  }

  #spanAt(seconds: number): Span {
    const last = this.#last;
    if (last !== undefined && seconds >= last.from && seconds < last.to) {
      return last;
    }
    const spans = this.#spans;
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle] as Span).to <= seconds) low = middle + 1;
      else high = middle;
    }
    const found = spans[low];
    if (found !== undefined && found.from <= seconds) {
      this.#last = found;
      return found;
    }
    const span = this.#ask(seconds);
    // Far away every question is asked again; nobody asks often.
    if (span.to - span.from > 1) spans.splice(low, 0, span);
    this.#last = span;
    return span;
  }

  #ask(seconds: number): Span {
    const [near, shift] = wrap(seconds);
    const at = (time: number) =>
      temporal.Instant.fromEpochMilliseconds(Math.floor(time + epoch) * 1000)
        .toZonedDateTimeISO(this.#canonical);
    const there = at(near);
    const offset = there.offsetNanoseconds / 1e9;
    if (shift !== 0) return { from: seconds, to: seconds + 1, offset };
    const next = there.getTimeZoneTransition("next");
    // A transition at this very moment is the beginning of the span.
    const previous = at(near + 1).getTimeZoneTransition("previous");
    return {
      from: previous === null
        ? -Infinity
        : previous.epochMilliseconds / 1000 - epoch,
      to: next === null ? Infinity : next.epochMilliseconds / 1000 - epoch,
      offset,
    };
  }
}

/** Moves a time that is too far away by whole cycles of the calendar. */
function wrap(seconds: number): [number, number] {
  if (Math.abs(seconds) < farthest) return [seconds, 0];
  const cycles = Math.ceil((Math.abs(seconds) - farthest) / cycle);
  const shift = Math.sign(seconds) * cycles * cycle;
  return [seconds - shift, shift];
}

const zones = new Map<string, Zone | undefined>();
/** Texts that clients sent are remembered, but not without end. */
const mostKnown = 2000;

function make(name: string): Zone | undefined {
  if (/^(?:utc|gmt|zulu|uct|etc\/(?:utc|gmt|uct|zulu))$/i.test(name)) {
    return fixedZone(name, 0, /gmt/i.test(name) ? "GMT" : "UTC");
  }
  if (posixLike(name)) return posixZone(name);
  // Offsets such as "+05:30" are names to Intl, but count the other way round here.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: name })
      .resolvedOptions();
    return new IanaZone(name, timeZone);
  } catch {
    return undefined;
  }
}

/**
 * @param name Name of a zone in any case, or a POSIX text; no abbreviation.
 * @returns The zone; nothing if there is none.
 */
export function findZone(name: string): Zone | undefined {
  if (zones.has(name)) return zones.get(name);
  if (zones.size >= mostKnown) zones.clear();
  const zone = make(name);
  zones.set(name, zone);
  return zone;
}

const utc = fixedZone("UTC", 0, "UTC");

/**
 * @param name `TimeZone` of a session.
 * @returns The zone; UTC if there is none, which `SET` never lets happen.
 */
export function sessionZone(name: string): Zone {
  // SET takes a bare number for hours east of UTC.
  if (/^[+-]?\d+(?:\.\d+)?$/.test(name)) {
    return zoneOfOffset(Math.round(Number(name) * 3600));
  }
  return findZone(name) ?? utc;
}

/**
 * @param offset Seconds east of UTC.
 * @returns A zone with that offset.
 */
export function zoneOfOffset(offset: number): Zone {
  const name = numericName(offset, ":");
  return fixedZone(name, offset, name);
}
