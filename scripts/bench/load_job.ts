/**
 * What the load process can be asked to do, and what it gives back.
 *
 * @module
 */

/** Somebody who can sign in. */
export interface Account {
  readonly email: string;
  readonly password: string;
}

interface Load {
  /** Where the server listens. */
  readonly port: number;
  readonly seconds: number;
}

/** Clients that sign in, each with accounts of its own in turn. */
export interface SignInJob extends Load {
  readonly kind: "sign-in";
  readonly clients: number;
  readonly accounts: readonly Account[];
}

/** Clients that refresh, each its own session with the token of the answer before. */
export interface RefreshJob extends Load {
  readonly kind: "refresh";
  /** One a client. */
  readonly tokens: readonly string[];
}

/** Clients that ask for the same over and over. */
export interface GetJob extends Load {
  readonly kind: "get";
  readonly clients: number;
  readonly path: string;
  readonly token: string;
}

/** One client that asks at fixed moments, whether or not answers come in time. */
export interface ProbeJob extends Load {
  readonly kind: "probe";
  readonly path: string;
  readonly token: string;
  readonly perSecond: number;
}

/** Anything the load process does. */
export type LoadJob = SignInJob | RefreshJob | GetJob | ProbeJob;

/** What a load process gives back. */
export interface LoadResult {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds each answer took. */
  readonly latencies: readonly number[];
  /** After refreshing: the token that continues each client's session. */
  readonly tokens: readonly string[];
}
