/**
 * What the handlers of `/rest/v1` work with.
 *
 * @module
 */

import type { Identity, Session } from "../lib/engine/engine.ts";
import type { Call } from "../lib/http/call.ts";
import type { RestCall, RestLimits } from "../lib/rest/context.ts";
import type { SchemaPicture } from "../lib/rest/schema/picture.ts";

/** What the REST routes need from the rest of the server. */
export interface RestRouteDeps {
  /** Finds out who a token stands for; throws `invalid_token`. */
  readonly identify: (token: string | undefined) => Promise<Identity>;
  /** Opens a session for somebody. */
  readonly session: (identity: Identity) => Session;
  /** What is known of the exposed schemas. */
  readonly picture: () => SchemaPicture | Promise<SchemaPicture>;
  readonly limits: RestLimits;
  /** Bytes of a body at most. */
  readonly maxBodyBytes: number;
}

/** A request whose caller, schema and form of answer are known. */
export interface RestRequest {
  readonly call: Call;
  /** What comes after `/rest/v1/`, or after `/rest/v1/rpc/`. */
  readonly name: string;
  readonly rest: RestCall;
  readonly anonymous: boolean;
  /** The schema that was asked for or chosen, where there are several. */
  readonly profile: string | undefined;
  readonly deps: RestRouteDeps;
}
