/**
 * `power` of `numeric`.
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
import {
  clampScale,
  expTo,
  guard,
  lnFixed,
  log10OfE,
  logWeight,
  mostResultScale,
} from "./transcendental.ts";

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
