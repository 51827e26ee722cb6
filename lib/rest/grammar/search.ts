/**
 * From the text behind `?` to parameters.
 *
 * @module
 */

/**
 * Splits a query string. What has no `=` is dropped, as PostgREST does.
 *
 * @param text Query string, without `?`.
 * @returns Its parameters, decoded.
 */
export function searchOf(text: string): URLSearchParams {
  const pairs = text.split("&");
  const whole = pairs.filter((pair) => pair.includes("="));
  return new URLSearchParams(
    whole.length === pairs.length ? text : whole.join("&"),
  );
}
