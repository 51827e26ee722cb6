/**
 * `exp`, `ln` and `log` of `numeric`, rounded right, with PostgreSQL's scales.
 *
 * Inside, numbers are integers that stand for themselves divided by a power of ten; a few digits more
 * are kept than the result shows.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import {
  divideTo,
  divisionByZero,
  leastSignificant,
  mostDisplayed,
  signOf,
} from "./arithmetic.ts";
import { compare } from "./compare.ts";
import {
  checked,
  type Decimal,
  digitCount,
  divideHalfUp,
  isSpecial,
  leading,
  type Numeric,
  one,
  overflow,
  pow10,
  round,
  sizeOf,
  toFloat,
  zero,
} from "./decimal.ts";

/** Beyond this, times three, `exp` overflows or vanishes (PostgreSQL's limit). */
export const mostResultScale = 2000;
/** log10(e). */
export const log10OfE = 0.434294481903252;
/** Digits that are reckoned with and not shown. */
export const guard = 12;

/**
 * @param wanted Digits after the point that a result should have.
 * @param atLeast Scales of the operands, which it has at least.
 * @returns Digits that it gets.
 */
export const clampScale = (wanted: number, ...atLeast: number[]): number =>
  Math.min(Math.max(wanted, 0, ...atLeast), mostDisplayed);

const lnOf2 = new Map<number, bigint>();
const lnOf10 = new Map<number, bigint>();

/** 2·artanh(p/q) with so many digits. */
function doubleArtanh(p: bigint, q: bigint, precision: number): bigint {
  const unit = pow10(precision);
  let power = unit * p / q;
  const square = power * power / unit;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = power * square / unit;
  }
  return sum * 2n;
}

function memoized(
  known: Map<number, bigint>,
  precision: number,
  make: () => bigint,
): bigint {
  let value = known.get(precision);
  if (value === undefined) {
    if (known.size > 64) known.clear();
    value = make();
    known.set(precision, value);
  }
  return value;
}

function ln2(precision: number): bigint {
  return memoized(lnOf2, precision, () => doubleArtanh(1n, 3n, precision));
}

function ln10(precision: number): bigint {
  // 10 = 2^3 · 5/4, and ln(5/4) = 2·artanh(1/9).
  return memoized(
    lnOf10,
    precision,
    () => ln2(precision) * 3n + doubleArtanh(1n, 9n, precision),
  );
}

/**
 * @param value Above 0.
 * @param precision Digits after the point.
 * @returns Natural logarithm times 10^precision.
 */
export function lnFixed(value: Decimal, precision: number): bigint {
  const work = precision + guard;
  const unit = pow10(work);
  // value = mantissa · 10^exponent with the mantissa near 1.
  let exponent = digitCount(value.digits) - value.scale;
  if (compare(value, one) > 0 && exponent === 1) exponent = 0;
  const shift = work - value.scale - exponent;
  let mantissa = shift >= 0
    ? value.digits * pow10(shift)
    : value.digits / pow10(-shift);
  let twos = 0n;
  while (mantissa * 3n < unit * 2n) {
    mantissa *= 2n;
    twos -= 1n;
  }
  while (mantissa * 2n > unit * 3n) {
    mantissa /= 2n;
    twos += 1n;
  }
  const log = doubleArtanh(mantissa - unit, mantissa + unit, work) +
    twos * ln2(work) + BigInt(exponent) * ln10(work);
  return divideHalfUp(log, pow10(guard));
}

/** Where the first digit of the logarithm will stand (PostgreSQL's estimate). */
export function logWeight(value: Decimal): number {
  if (value.digits <= 0n) return 0;
  const nine: Decimal = { digits: 9n, scale: 1 };
  const eleven: Decimal = { digits: 11n, scale: 1 };
  if (compare(value, nine) >= 0 && compare(value, eleven) <= 0) {
    const rest: Decimal = {
      digits: value.digits - pow10(value.scale),
      scale: value.scale,
    };
    if (rest.digits === 0n) return 0;
    const { weight, first } = leading(rest);
    return weight * 4 + Math.trunc(Math.log10(first));
  }
  const text = sizeOf(value.digits).toString();
  const exponent = text.length - value.scale - 1;
  const log = Math.log(Number(`${text[0]}.${text.slice(1, 9)}`)) +
    exponent * 2.302585092994046;
  return Math.trunc(Math.log10(Math.abs(log)));
}

/** Refuses what has no logarithm. */
function checkLogarithm(value: Numeric): void {
  const sign = signOf(value);
  if (value === "NaN" || sign > 0) return;
  throw new SqlError(
    "2201E",
    sign === 0
      ? "cannot take logarithm of zero"
      : "cannot take logarithm of a negative number",
  );
}

/**
 * @param value A number.
 * @returns Natural logarithm.
 * @throws {SqlError} 2201E.
 */
export function naturalLog(value: Numeric): Numeric {
  checkLogarithm(value);
  if (isSpecial(value)) return value;
  const scale = clampScale(leastSignificant - logWeight(value), value.scale);
  return round({ digits: lnFixed(value, scale + 8), scale: scale + 8 }, scale);
}

/**
 * @param base Base.
 * @param value A number.
 * @returns Logarithm to that base.
 * @throws {SqlError} 2201E, 22012.
 */
export function logarithm(base: Numeric, value: Numeric): Numeric {
  if (base === "NaN" || value === "NaN") return "NaN";
  checkLogarithm(base);
  checkLogarithm(value);
  if (isSpecial(base)) return isSpecial(value) ? "NaN" : zero;
  if (isSpecial(value)) return value;
  const weight = logWeight(value) - logWeight(base);
  const scale = clampScale(
    leastSignificant - weight,
    base.scale,
    value.scale,
  );
  const precision = scale + Math.abs(logWeight(base)) * 2 +
    Math.abs(logWeight(value)) + guard;
  const divisor = lnFixed(base, precision);
  if (divisor === 0n) throw divisionByZero();
  return divideTo(
    { digits: lnFixed(value, precision), scale: precision },
    { digits: divisor, scale: precision },
    scale,
  );
}

/** e^x, rounded to so many digits after the point. */
export function expTo(value: Decimal, scale: number): Decimal {
  const size = toFloat(value);
  if (Math.abs(size) >= mostResultScale * 3) {
    if (size > 0) throw overflow();
    return { digits: 0n, scale };
  }
  const weight = Math.ceil(size * log10OfE);
  const work = Math.max(scale + weight, 0) + guard + 8;
  const unit = pow10(work);
  const x = round(value, work).digits;
  const base = ln10(work);
  let tens = x / base;
  let rest = x - tens * base;
  if (rest < 0n) {
    rest += base;
    tens -= 1n;
  }
  // e^rest = (e^(rest / 2^halvings))^(2^halvings)
  const halvings = 8n;
  const small = rest >> halvings;
  let term = unit;
  let sum = unit;
  for (let n = 1n; term !== 0n; n++) {
    term = term * small / unit / n;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = sum * sum / unit;
  const exponent = Number(tens);
  return exponent >= 0
    ? round({ digits: sum * pow10(exponent), scale: work }, scale)
    : round({ digits: sum, scale: work - exponent }, scale);
}

/**
 * @param value A number.
 * @returns e to the power of it.
 * @throws {SqlError} 22003.
 */
export function exponential(value: Numeric): Numeric {
  if (isSpecial(value)) return value === "-Infinity" ? zero : value;
  const size = Math.min(
    Math.max(toFloat(value) * log10OfE, -mostResultScale),
    mostResultScale,
  );
  const scale = clampScale(leastSignificant - Math.trunc(size), value.scale);
  return checked(expTo(value, scale));
}
