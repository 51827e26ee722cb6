/**
 * JSON for objects of the catalog, which hold 64-bit integers.
 *
 * A `bigint` is written as `{"$integer": "123"}`; no parse tree has a field of that name. Fields that
 * are `undefined` are left out.
 *
 * @module
 */

const mark = "$integer";

/**
 * @param value Plain data.
 * @returns Its text.
 */
export function writeJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, field) =>
      typeof field === "bigint" ? { [mark]: String(field) } : field,
  );
}

/**
 * @param text What {@linkcode writeJson} gave.
 * @returns The data.
 */
export function readJson(text: string): unknown {
  return JSON.parse(text, (_key, field) => {
    const integer = field !== null && typeof field === "object"
      ? field[mark]
      : undefined;
    return typeof integer === "string" ? BigInt(integer) : field;
  });
}
