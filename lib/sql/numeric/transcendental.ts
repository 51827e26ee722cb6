/**
 * `sqrt`, `exp`, `ln`, `log` and `power` of `numeric`, rounded right, with PostgreSQL's scales.
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
  mostBefore,
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
const mostResultScale = 2000;
const log10OfE = 0.434294481903252;
/** Digits that are reckoned with and not shown. */
const guard = 12;

const clampScale = (wanted: number, ...atLeast: number[]) =>
  Math.min(Math.max(wanted, 0, ...atLeast), mostDisplayed);

/** Integer square root, rounded down. */
function rootOf(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length >> 1) + 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/**
 * @param value At least 0.
 * @param scale Digits after the point.
 * @returns Square root, rounded.
 */
export function rootTo(value: Decimal, scale: number): Decimal {
  const shift = 2 * (scale + 1) - value.scale;
  const scaled = shift >= 0
    ? value.digits * pow10(shift)
    : value.digits / pow10(-shift);
  return { digits: divideHalfUp(rootOf(scaled), 10n), scale };
}

/**
 * @param value A number.
 * @returns Square root.
 * @throws {SqlError} 2201F.
 */
export function squareRoot(value: Numeric): Numeric {
  if (value === "NaN") return value;
  if (signOf(value) < 0) {
    throw new SqlError(
      "2201F",
      "cannot take square root of a negative number",
    );
  }
  if (isSpecial(value)) return value;
  const half = Math.trunc((leading(value).weight + 1) * 4 / 2) - 1;
  return rootTo(value, clampScale(leastSignificant - half, value.scale));
}

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
function lnFixed(value: Decimal, precision: number): bigint {
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
function logWeight(value: Decimal): number {
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
function expTo(value: Decimal, scale: number): Decimal {
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

/** The number without zeros at its end, if it is an integer. */
function wholeOf(value: Decimal): bigint | undefined {
  const unit = pow10(value.scale);
  return value.digits % unit === 0n ? value.digits / unit : undefined;
}

/** Power with an exponent of 32 bits: 16 digits after the point, or as many as the base has. */
function powerWhole(base: Decimal, exponent: number): Decimal {
  const scale = clampScale(leastSignificant, base.scale);
  if (exponent === 0) return round(one, scale);
  if (base.digits === 0n) {
    if (exponent < 0) throw divisionByZero();
    return { digits: 0n, scale };
  }
  const text = sizeOf(base.digits).toString();
  const log = Math.log10(Number(`${text[0]}.${text.slice(1, 16)}`)) +
    text.length - base.scale - 1;
  const weight = exponent * log;
  if (weight > mostBefore) throw overflow();
  if (weight + 1 < -scale) return { digits: 0n, scale };
  // Significant digits that matter; the rest of a long product is cut away on the way.
  const keep = Math.max(scale + Math.ceil(weight), 0) + 24 +
    digitCount(BigInt(exponent));
  const trim = (value: Decimal): Decimal => {
    const count = digitCount(value.digits);
    if (count <= keep) return value;
    return {
      digits: divideHalfUp(value.digits, pow10(count - keep)),
      scale: value.scale - (count - keep),
    };
  };
  const product = (a: Decimal, b: Decimal) =>
    trim({ digits: a.digits * b.digits, scale: a.scale + b.scale });
  let result: Decimal = one;
  let square = trim(base);
  for (let rest = Math.abs(exponent); rest > 0;) {
    if (rest % 2 === 1) result = product(result, square);
    rest = Math.floor(rest / 2);
    if (rest > 0) square = product(square, square);
  }
  // A scale below 0 is a product that was cut before its point.
  if (result.scale < 0) {
    result = { digits: result.digits * pow10(-result.scale), scale: 0 };
  }
  return exponent < 0 ? divideTo(one, result, scale) : round(result, scale);
}

/** Powers of which one side at least is special. */
function powerSpecial(base: Numeric, exponent: Numeric): Numeric {
  if (base === "NaN" || exponent === "NaN") {
    if (!isSpecial(base) && compare(base, one) === 0) return one;
    if (!isSpecial(exponent) && exponent.digits === 0n) return one;
    return "NaN";
  }
  if (!isSpecial(base) && compare(base, one) === 0) return one;
  if (!isSpecial(exponent) && exponent.digits === 0n) return one;
  if (!isSpecial(base) && base.digits === 0n) {
    if (signOf(exponent) < 0) throw zeroToNegative();
    return zero;
  }
  if (isSpecial(exponent)) {
    const above = isSpecial(base)
      ? 1
      : compare({ digits: sizeOf(base.digits), scale: base.scale }, one);
    if (above === 0) return one;
    return (above > 0) === (signOf(exponent) > 0) ? "Infinity" : zero;
  }
  // Only the base is infinite.
  const odd = wholeOf(exponent);
  if (base === "-Infinity" && odd === undefined) throw complexResult();
  if (exponent.digits < 0n) return zero;
  return base === "-Infinity" && odd !== undefined && odd % 2n !== 0n
    ? "-Infinity"
    : "Infinity";
}

const zeroToNegative = () =>
  new SqlError("2201F", "zero raised to a negative power is undefined");
const complexResult = () =>
  new SqlError(
    "2201F",
    "a negative number raised to a non-integer power yields a complex result",
  );

/**
 * @param base A number.
 * @param exponent Another.
 * @returns One to the power of the other.
 * @throws {SqlError} 2201F, 22003.
 */
export function power(base: Numeric, exponent: Numeric): Numeric {
  if (isSpecial(base) || isSpecial(exponent)) {
    return powerSpecial(base, exponent);
  }
  if (base.digits === 0n && exponent.digits < 0n) throw zeroToNegative();
  const whole = wholeOf(exponent);
  if (base.digits < 0n && whole === undefined) throw complexResult();
  if (whole !== undefined && whole >= -2147483648n && whole <= 2147483647n) {
    return checked(powerWhole(base, Number(whole)));
  }
  if (base.digits === 0n) return { digits: 0n, scale: leastSignificant };
  const size: Decimal = { digits: sizeOf(base.digits), scale: base.scale };
  const negative = base.digits < 0n && (whole as bigint) % 2n !== 0n;

  const rough = Math.max(8 - logWeight(size), 0);
  const estimate = toFloat({
    digits: lnFixed(size, rough) * exponent.digits,
    scale: rough + exponent.scale,
  });
  if (Math.abs(estimate) > mostResultScale * 3.01) {
    if (estimate > 0) throw overflow();
    return { digits: 0n, scale: mostDisplayed };
  }
  const weight = estimate * log10OfE;
  const scale = clampScale(
    leastSignificant - Math.trunc(weight),
    base.scale,
    exponent.scale,
  );
  const precision = scale + Math.max(Math.ceil(weight), 0) +
    Math.max(0, digitCount(exponent.digits) - exponent.scale) + guard + 8;
  const product: Decimal = {
    digits: lnFixed(size, precision) * exponent.digits,
    scale: precision + exponent.scale,
  };
  const result = expTo(product, scale);
  return checked(
    negative ? { digits: -result.digits, scale: result.scale } : result,
  );
}
