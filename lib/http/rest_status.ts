/**
 * Codes of `/rest/v1` → HTTP status: PostgREST's own, and PostgreSQL's SQLSTATEs as PostgREST maps them.
 *
 * @module
 */

const codes: Readonly<Record<string, number>> = {
  PGRST100: 400,
  PGRST101: 405,
  PGRST102: 400,
  PGRST103: 416,
  PGRST105: 405,
  PGRST106: 406,
  PGRST107: 406,
  PGRST108: 400,
  PGRST114: 400,
  PGRST115: 400,
  PGRST116: 406,
  PGRST117: 405,
  PGRST118: 400,
  PGRST120: 400,
  PGRST122: 400,
  PGRST123: 400,
  PGRST124: 400,
  PGRST125: 404,
  PGRST126: 404,
  PGRST127: 400,
  PGRST128: 400,
  PGRST200: 400,
  PGRST201: 300,
  PGRST202: 404,
  PGRST203: 300,
  PGRST204: 400,
  PGRST205: 404,
  PGRST301: 401,
  PGRST303: 401,
  // One code where its class says otherwise
  "21000": 400,
  "22023": 400,
  "23503": 409,
  "23505": 409,
  "25006": 405,
  "42883": 404,
  "42P01": 404,
  "42P17": 500,
  "40001": 503,
  "53400": 500,
  "55P02": 400,
  "57014": 504,
  "57P01": 503,
  P0001: 400,
};

/** By the class of an SQLSTATE (PostgreSQL manual, appendix A). */
const classes: Readonly<Record<string, number>> = {
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  "25": 500,
  "28": 403,
  "2D": 500,
  "38": 500,
  "39": 500,
  "3B": 500,
  "40": 500,
  "53": 503,
  "54": 400,
  "55": 503,
  "57": 500,
  "58": 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

/**
 * @param code PostgREST's code or an SQLSTATE.
 * @param anonymous Whether the caller showed no token; then what is forbidden may be allowed with one.
 * @returns HTTP status.
 */
export function restStatus(code: string, anonymous: boolean): number {
  if (code === "42501") return anonymous ? 401 : 403;
  return codes[code] ?? classes[code.slice(0, 2)] ?? 400;
}
