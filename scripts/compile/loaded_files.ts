/**
 * Tells which files of a package the program can ever load; the others are not put into executables.
 *
 * @module
 */

/** Types and source maps. */
const neverLoaded = /\.(d\.[cm]?ts|map)$/;

/** Packages of which only some files are used, their licences with them. */
const parts: Readonly<Record<string, RegExp>> = {
  "swagger-ui-dist":
    /^(?:package\.json|LICENSE|NOTICE|swagger-ui-bundle\.js(?:\.LICENSE\.txt)?|swagger-ui\.css)$/,
};

/** Packages that others name but nothing loads: this one counts installations. */
const uselessPackages = new Set(["@scarf/scarf"]);

/**
 * @param name Name of a package.
 * @param path A file of it, relative to its folder, with `/` between parts.
 * @returns Whether the program can load it, or it is a licence of what it loads.
 */
export function isLoaded(name: string, path: string): boolean {
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  return isLoadedPackage(name) && !neverLoaded.test(path) &&
    (part === undefined || part.test(path));
}

/**
 * @param name Name of a package.
 * @returns Whether the program can load anything of it.
 */
export function isLoadedPackage(name: string): boolean {
  return !uselessPackages.has(name);
}
