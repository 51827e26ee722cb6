/**
 * What the header fields of a request to `/rest/v1` say, worked out once for all requests that have the same
 * fields: a client sends its token and its preferences with each of them.
 *
 * @module
 */

import type { Call, HeaderReader } from "../lib/http/call.ts";
import type { RestCall, RestLimits } from "../lib/rest/context.ts";
import { chooseMedia, parseAccept } from "../lib/rest/grammar/accept.ts";
import {
  checkPreferences,
  parsePreferences,
} from "../lib/rest/grammar/preferences.ts";
import type { Preferences } from "../lib/rest/request.ts";
import { restToken } from "./rest_token.ts";

/** The form of answer that a caller takes, or the plan of one. */
type Form = Pick<RestCall, "media" | "explain">;

/** What is served, by preference. */
const served = ["json", "object", "csv"] as const;

/** See the top of the file. What cannot be read is refused when it is asked for, each time. */
export class RestFields {
  /** The bearer token or key; nothing when none was sent. */
  readonly token: string | undefined;
  /** `Accept-Profile`, for requests that read. */
  readonly readProfile: string | null;
  /** `Content-Profile`, for all others. */
  readonly writeProfile: string | null;
  readonly #headers: HeaderReader;
  #prefer: Preferences | undefined;
  #form: Form | undefined;

  /**
   * @param call A request with these fields.
   * @throws {Problem} `invalid_token`, see {@linkcode restToken}.
   */
  constructor(call: Call) {
    const { headers } = call.request;
    this.token = restToken(call);
    this.readProfile = headers.get("accept-profile");
    this.writeProfile = headers.get("content-profile");
    this.#headers = headers;
  }

  /** What the caller prefers; throws `RestError` PGRST122. */
  get prefer(): Preferences {
    if (this.#prefer === undefined) {
      const prefer = parsePreferences(this.#headers.get("prefer"));
      checkPreferences(prefer);
      this.#prefer = prefer;
    }
    return this.#prefer;
  }

  /**
   * @param limits Whether plans are answered.
   * @returns The form of the answer.
   * @throws {RestError} PGRST107.
   */
  form({ plans }: RestLimits): Form {
    return this.#form ??= formOf(this.#headers, plans);
  }
}

const known = new WeakMap<HeaderReader, RestFields>();

/**
 * @param call A request.
 * @returns What its header fields say.
 * @throws {Problem} `invalid_token`.
 */
export function restFields(call: Call): RestFields {
  const { headers } = call.request;
  let fields = known.get(headers);
  if (fields === undefined) known.set(headers, fields = new RestFields(call));
  return fields;
}

function formOf(headers: HeaderReader, plans: boolean): Form {
  const media = chooseMedia(
    parseAccept(headers.get("accept")),
    plans ? [...served, "plan"] : served,
  );
  if (media.kind !== "plan") return { media: media as RestCall["media"] };
  const options = [`FORMAT ${media.format}`, ...media.options];
  return {
    media: media.of as RestCall["media"],
    explain: `EXPLAIN (${options.join(", ")})`,
  };
}
