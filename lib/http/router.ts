/**
 * Finds what answers a method and a path.
 *
 * Paths match exactly, byte for byte: no decoding, no case folding, no forgiving of a trailing or
 * doubled slash, so that one resource has one name and no check in front of it can be walked around.
 * The last segment of a route may be a name (`/docs/:file`): it stands for one non-empty segment,
 * which the handler takes from `call.path`. Or it is `*`, which stands for whatever follows.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
import { noContent } from "./answer.ts";
import type { Handler, Route } from "./call.ts";

/** What a request leads to. */
export interface Target {
  /** Path of the route as it was declared, or `(none)`: a closed set, fit for metrics. */
  readonly label: string;
  /** Whether pages of other origins may call. */
  readonly cors: boolean;
  /** Answers the request; throws a `Problem` when there is nothing to answer. */
  readonly handler: Handler;
}

/** Finds targets. */
export interface Router {
  /**
   * @param method Upper-case method.
   * @param path Path of the URL, undecoded.
   * @returns What answers it; always something.
   */
  find(method: string, path: string): Target;
}

const nowhere: Target = {
  label: "(none)",
  cors: true,
  handler() {
    throw new Problem(
      "not_found",
      "Cannot find this path: see /auth/v1 in the documentation",
    );
  },
};

/** Everything that is served under one path. */
class Place {
  readonly #targets = new Map<string, Target>();
  readonly #wrongMethod: Target;
  #allow: readonly string[] = [];

  constructor({ path: label, cors = true }: Route) {
    this.#wrongMethod = {
      label,
      cors,
      handler: ({ method }) => {
        throw new Problem(
          "method_not_allowed",
          `Cannot serve method ${
            /^[A-Z]{1,16}$/.test(method) ? method : "?"
          } here: use ${this.#allow.join(", ")}`,
          { allow: this.#allow },
        );
      },
    };
    this.#targets.set("OPTIONS", {
      label,
      cors,
      handler: () => noContent({ allow: this.#allow.join(", ") }),
    });
  }

  add(route: Route): void {
    if (this.#targets.has(route.method)) {
      throw new TypeError(
        `Cannot add route as ${route.method} ${route.path} is already there`,
      );
    }
    const { path: label, cors = true, handler } = route;
    const target: Target = { label, cors, handler };
    this.#targets.set(route.method, target);
    // The HTTP layer below leaves out the body of an answer to HEAD.
    if (route.method === "GET" && route.head !== false) {
      this.#targets.set("HEAD", target);
    }
    this.#allow = [...this.#targets.keys()].sort();
  }

  find(method: string): Target {
    return this.#targets.get("*") ?? this.#targets.get(method) ??
      this.#wrongMethod;
  }
}

/**
 * Builds a router.
 *
 * @param routes Every route of the program.
 * @returns The router.
 * @throws {TypeError} When a path cannot match or is declared twice.
 */
export function createRouter(routes: readonly Route[]): Router {
  const exact = new Map<string, Place>();
  // Key: everything up to and including the slash before the named last segment.
  const named = new Map<string, Place>();
  const trees = new Map<string, Place>();

  function keyOf(path: string): [Map<string, Place>, string] {
    const star = path.indexOf("*");
    if (star >= 0) return [trees, path.slice(0, star)];
    const colon = path.indexOf(":");
    return colon < 0 ? [exact, path] : [named, path.slice(0, colon)];
  }

  for (const route of routes) {
    if (!/^\/(?:[\w.-]+\/)*(?::?[\w.-]*|\*)$/.test(route.path)) {
      throw new TypeError(
        `Cannot add route as its path cannot match: ${route.path}`,
      );
    }
    const [places, key] = keyOf(route.path);
    let place = places.get(key);
    if (place === undefined) places.set(key, place = new Place(route));
    place.add(route);
  }

  return {
    find(method, path) {
      const place = exact.get(path);
      if (place !== undefined) return place.find(method);
      const cut = path.lastIndexOf("/") + 1;
      if (cut < path.length) {
        const parent = named.get(path.slice(0, cut));
        if (parent !== undefined) return parent.find(method);
      }
      for (const [start, tree] of trees) {
        if (path.startsWith(start)) return tree.find(method);
      }
      return nowhere;
    },
  };
}
