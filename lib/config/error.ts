/**
 * What is wrong with how the program was called or configured.
 *
 * @module
 */

/** A mistake in flags, environment or configuration file; the program ends with exit code 2. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
