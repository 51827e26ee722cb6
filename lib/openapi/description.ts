/**
 * How a route describes itself: what stands beside its handler, in the same file, and becomes its
 * place in the OpenAPI document.
 *
 * @module
 */

import type { z } from "zod";
import type { ProblemCode } from "../base/problem.ts";
import type { Route } from "../http/call.ts";
import type { JsonSchema } from "./json_schema.ts";

/** Headings of the document. */
export type Tag = "Auth" | "Realtime" | "Server";

/** A parameter of the query string. */
export interface QueryDescription {
  readonly name: string;
  readonly description: string;
  /** Words allowed, if it takes no other. */
  readonly words?: readonly string[];
  readonly required?: boolean;
}

/** What a route answers. */
export interface AnswerDescription {
  readonly description: string;
  /** Name of a schema of `answers.ts`, or a schema. */
  readonly schema?: string | JsonSchema;
  /**
   * Media type.
   *
   * @default {"application/json"}
   */
  readonly type?: string;
}

/** A route as the document shows it. */
export interface RouteDescription extends Pick<Route, "method" | "path"> {
  /** Identifies it in the document. */
  readonly id: string;
  readonly tag: Tag;
  /** A few words. */
  readonly summary: string;
  /** Sentences, in Markdown. */
  readonly description?: string;
  /** Whether a bearer token is needed, or only makes a difference. */
  readonly bearer?: "needed" | "taken";
  readonly query?: readonly QueryDescription[];
  /** The JSON body. */
  readonly body?: {
    /** What the route itself reads it with: one of these. */
    readonly schemas: readonly z.ZodType[];
    readonly example: unknown;
    /** Whether it may be missing. */
    readonly optional?: boolean;
  };
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** Failures that are its own; those of every route are added. */
  readonly problems?: readonly ProblemCode[];
}
