/**
 * Trees of paths whose code is loaded with the first request, so that the start does not pay for it.
 *
 * @module
 */

import type { Handler, Route } from "./call.ts";

/**
 * @param paths Paths that are served, all methods of each.
 * @param load Loads what serves them; asked again if it failed.
 * @returns Routes.
 */
export function lazyRoutes(
  paths: readonly string[],
  load: () => Promise<Handler>,
): Route[] {
  let loading: Promise<Handler> | undefined;
  let loaded: Handler | undefined;
  const first: Handler = async (call) => {
    loading ??= load();
    try {
      loaded = await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
    return await loaded(call);
  };
  const handler: Handler = (call) =>
    loaded === undefined ? first(call) : loaded(call);
  return paths.map((path) => ({ method: "*", path, handler }));
}
