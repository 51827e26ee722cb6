/**
 * Exact decimal numbers: what `numeric` is made of, and its text.
 *
 * @module
 */

import { SqlError } from "../error.ts";

/** `digits / 10^scale`; `scale` is what PostgreSQL calls the display scale. */
export interface Decimal {
  /** Signed. */
  readonly digits: bigint;
  /** Digits after the point, at least 0. */
  readonly scale: number;
}

/** What is no number, and the ends of the line. */
export type Special = "NaN" | "Infinity" | "-Infinity";

/** A value of `numeric`. */
export type Numeric = Decimal | Special;

/** Most digits before the point (manual, table 8.2). */
export const mostBefore = 131_072;
/** Most digits after it. */
export const mostAfter = 16_383;

const powers: bigint[] = [1n];

/**
 * @param exponent At least 0.
 * @returns 10^exponent.
 */
export function pow10(exponent: number): bigint {
  if (exponent > 400) return 10n ** BigInt(exponent);
  for (let i = powers.length; i <= exponent; i++) {
    powers.push((powers[i - 1] as bigint) * 10n);
  }
  return powers[exponent] as bigint;
}

/**
 * @param value An integer.
 * @returns Its size without sign.
 */
export function sizeOf(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/**
 * @param value A number.
 * @returns Whether it is no decimal.
 */
export function isSpecial(value: Numeric): value is Special {
  return typeof value === "string";
}

/** Zero. */
export const zero: Decimal = { digits: 0n, scale: 0 };
/** One. */
export const one: Decimal = { digits: 1n, scale: 0 };

/** @returns Error 22003 for a number that is too large or too fine. */
export function overflow(): SqlError {
  return new SqlError("22003", "value overflows numeric format");
}

/** @returns How many decimal digits the size of an integer has; 0 for 0. */
export function digitCount(value: bigint): number {
  return value === 0n ? 0 : sizeOf(value).toString().length;
}

/**
 * @param value A result.
 * @returns The same, if PostgreSQL could keep it.
 * @throws {SqlError} 22003.
 */
export function checked(value: Decimal): Decimal {
  const rounded = value.scale > mostAfter ? round(value, mostAfter) : value;
  // The quick test spares nearly every number the counting of its digits.
  if (
    rounded.digits > quickLimit || rounded.digits < -quickLimit
  ) {
    if (digitCount(rounded.digits) - rounded.scale > mostBefore) {
      throw overflow();
    }
  }
  return rounded;
}

const quickLimit = 10n ** 100n;

const form =
  /^[ \t\n\r\f\v]*([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?[ \t\n\r\f\v]*$/;
const specials: Readonly<Record<string, Special>> = {
  nan: "NaN",
  inf: "Infinity",
  "+inf": "Infinity",
  "-inf": "-Infinity",
  infinity: "Infinity",
  "+infinity": "Infinity",
  "-infinity": "-Infinity",
};

/**
 * Reads what a client wrote.
 *
 * @param text Text, with exponent and blanks if it likes.
 * @returns The number.
 * @throws {SqlError} 22P02 or 22003.
 */
export function parseNumeric(text: string): Numeric {
  const match = form.exec(text);
  if (match === null) {
    const special = specials[text.replace(/^\s+|\s+$/g, "").toLowerCase()];
    if (special !== undefined) return special;
    throw new SqlError(
      "22P02",
      `invalid input syntax for type numeric: "${text}"`,
    );
  }
  const [, sign, whole = "", tail, only, exponent] = match;
  const fraction = tail ?? only ?? "";
  let scale = fraction.length;
  // Far beyond what a number may have, and slow to read.
  if (whole.length + fraction.length > 1_000_000) throw overflow();
  let digits = BigInt(whole + fraction);
  if (exponent !== undefined) {
    const shift = Number(exponent);
    if (Math.abs(shift) > 1_000_000) throw overflow();
    scale -= shift;
    if (scale < 0) {
      if (digits !== 0n && digitCount(digits) - scale > mostBefore) {
        throw overflow();
      }
      digits *= pow10(-scale);
      scale = 0;
    }
  }
  if (scale > mostAfter) throw overflow();
  return checked({ digits: sign === "-" ? -digits : digits, scale });
}

/**
 * Reads a datum, which is PostgreSQL's own text.
 *
 * @param text Datum of a `numeric`.
 * @returns The number.
 */
export function numericOf(text: string): Numeric {
  const point = text.indexOf(".");
  if (point >= 0) {
    return {
      digits: BigInt(text.slice(0, point) + text.slice(point + 1)),
      scale: text.length - point - 1,
    };
  }
  const last = text.charCodeAt(text.length - 1);
  return last >= 0x30 && last <= 0x39
    ? { digits: BigInt(text), scale: 0 }
    : text as Special;
}

/**
 * @param value A number.
 * @returns PostgreSQL's text, which is its datum.
 */
export function printNumeric(value: Numeric): string {
  if (isSpecial(value)) return value;
  const { digits, scale } = value;
  if (scale === 0) return digits.toString();
  const negative = digits < 0n;
  const text = sizeOf(digits).toString().padStart(scale + 1, "0");
  const point = text.length - scale;
  return `${negative ? "-" : ""}${text.slice(0, point)}.${text.slice(point)}`;
}

/**
 * Rounds half away from zero.
 *
 * @param value A number.
 * @param scale Digits after the point to keep; negative ones round before it.
 * @returns The number with that scale (0 for a negative one).
 */
export function round(value: Decimal, scale: number): Decimal {
  if (scale >= value.scale) return rescale(value, scale);
  const unit = pow10(value.scale - scale);
  const quotient = divideHalfUp(value.digits, unit);
  return scale >= 0
    ? { digits: quotient, scale }
    : { digits: quotient * pow10(-scale), scale: 0 };
}

/**
 * Cuts digits off.
 *
 * @param value A number.
 * @param scale Digits after the point to keep; negative ones cut before it.
 * @returns The number with that scale (0 for a negative one).
 */
export function truncate(value: Decimal, scale: number): Decimal {
  if (scale >= value.scale) return rescale(value, scale);
  const quotient = value.digits / pow10(value.scale - scale);
  return scale >= 0
    ? { digits: quotient, scale }
    : { digits: quotient * pow10(-scale), scale: 0 };
}

function rescale(value: Decimal, scale: number): Decimal {
  return scale === value.scale
    ? value
    : { digits: value.digits * pow10(scale - value.scale), scale };
}

/**
 * @param dividend An integer.
 * @param divisor Another, above 0.
 * @returns The quotient, rounded half away from zero.
 */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const size = sizeOf(dividend);
  const quotient = (size * 2n + divisor) / (divisor * 2n);
  return dividend < 0n ? -quotient : quotient;
}

/**
 * @param value A number.
 * @returns The nearest float.
 */
export function toFloat(value: Numeric): number {
  return Number(printNumeric(value));
}

/**
 * @param value A number.
 * @returns Where its first digit in base 10 000 stands, and that digit: PostgreSQL's estimates of
 *   size rest on them. Zeros for zero.
 */
export function leading(
  value: Decimal,
): { readonly weight: number; readonly first: number } {
  if (value.digits === 0n) return { weight: 0, first: 0 };
  const text = sizeOf(value.digits).toString();
  const exponent = text.length - value.scale - 1;
  const weight = Math.floor(exponent / 4);
  const taken = exponent - weight * 4 + 1;
  return { weight, first: Number(text.slice(0, taken).padEnd(taken, "0")) };
}
