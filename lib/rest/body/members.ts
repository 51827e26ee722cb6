/**
 * The members of a JSON object as they were written, so that a number keeps every digit it came with.
 *
 * @module
 */

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;

/**
 * Cuts an object into its members. The text must have passed `JSON.parse`; nothing is checked here.
 *
 * @param json Text of an object.
 * @returns Text of each value by key; of a repeated key the last, as `JSON.parse` has it.
 */
export function membersOf(json: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = json.indexOf("{") + 1;
  const end = json.lastIndexOf("}");
  while (at < end) {
    const keyStart = json.indexOf('"', at);
    if (keyStart < 0 || keyStart > end) break;
    const keyEnd = endOfString(json, keyStart);
    const key = JSON.parse(json.slice(keyStart, keyEnd)) as string;
    let valueStart = keyEnd;
    while (json.charCodeAt(valueStart) !== colon) valueStart++;
    at = endOfValue(json, valueStart + 1, end);
    members.set(key, json.slice(valueStart + 1, at).trim());
    at++;
  }
  return members;
}

/** Index after the quote that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1;; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) at++;
  }
}

/** Index of the comma after a value, or of the end of the object. */
function endOfValue(json: string, start: number, end: number): number {
  let depth = 0;
  let at = start;
  while (at < end) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      at = endOfString(json, at);
      continue;
    }
    if (code === comma && depth === 0) return at;
    // [ and { open, ] and } close; each pair differs by two.
    if (code === 0x5b || code === 0x7b) depth++;
    else if (code === 0x5d || code === 0x7d) depth--;
    at++;
  }
  return end;
}

/**
 * Cuts an array into its elements; under the same promise as {@linkcode membersOf}.
 *
 * @param json Text of an array.
 * @returns Text of each element.
 */
export function elementsOf(json: string): string[] {
  const elements: string[] = [];
  const end = json.lastIndexOf("]");
  let at = json.indexOf("[") + 1;
  while (at < end) {
    const next = endOfValue(json, at, end);
    const element = json.slice(at, next).trim();
    if (element !== "") elements.push(element);
    at = next + 1;
  }
  return elements;
}
