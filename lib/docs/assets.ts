/**
 * The files of the `/docs` page: Swagger UI's two, and our own. They are part of the program, so nothing
 * is read from a network or a folder.
 *
 * @module
 */

import { type Content, textContent } from "../http/content.ts";

/** Names below `/docs/`. */
export const assetNames = [
  "swagger-ui-bundle.js",
  "swagger-ui.css",
  "page.js",
  "page.css",
  "live.js",
] as const;

/** One of {@linkcode assetNames}. */
export type AssetName = (typeof assetNames)[number];

/** The files by name. */
export type Assets = Readonly<Record<AssetName, Content>>;

const javascript = "text/javascript; charset=utf-8";
const css = "text/css; charset=utf-8";

/**
 * @returns The files.
 */
export async function loadAssets(): Promise<Assets> {
  const [bundle, style, script, ownStyle, live] = await Promise.all([
    import("swagger-ui-dist/swagger-ui-bundle.js", { with: { type: "text" } }),
    import("swagger-ui-dist/swagger-ui.css", { with: { type: "text" } }),
    import("./page.js", { with: { type: "text" } }),
    import("./page.css", { with: { type: "text" } }),
    import("./live.js", { with: { type: "text" } }),
  ]);
  return {
    "swagger-ui-bundle.js": textContent(
      withoutSourceMap(bundle.default),
      javascript,
    ),
    "swagger-ui.css": textContent(withoutSourceMap(style.default), css),
    "page.js": textContent(script.default, javascript),
    "page.css": textContent(ownStyle.default, css),
    "live.js": textContent(live.default, javascript),
  };
}

/** The map of sources is not served, so browsers need not ask for it. */
function withoutSourceMap(text: string): string {
  return text.replace(/\n?(?:\/\/|\/\*)# sourceMappingURL=[^\n]*\s*$/, "\n");
}
