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

/** A request that is sent over and over. */
export interface RepeatedRequest {
  readonly method: "GET" | "POST";
  /** With `{n}` in it, which counts from 1 to `turns` and begins again. */
  readonly path: string;
  /**
   * How far `{n}` counts.
   *
   * @default {1}
   */
  readonly turns?: number | undefined;
  /** Bearer token. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Clients that send the same request over and over. */
export interface RepeatJob extends Load {
  readonly kind: "repeat";
  readonly clients: number;
  readonly request: RepeatedRequest;
}

/** One client that asks at fixed moments, whether or not answers come in time. */
export interface ProbeJob extends Load {
  readonly kind: "probe";
  readonly path: string;
  readonly token: string;
  readonly perSecond: number;
}

/** Anything the load process does. */
export type LoadJob = SignInJob | RefreshJob | RepeatJob | ProbeJob;

/** What a load process gives back. */
export interface LoadResult {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds each answer took. */
  readonly latencies: readonly number[];
  /** After refreshing: the token that continues each client's session. */
  readonly tokens: readonly string[];
}
