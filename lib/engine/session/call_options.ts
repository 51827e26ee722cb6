/**
 * What one call of a service brings along: settings and access mode, as `SET LOCAL` and
 * `SET TRANSACTION READ ONLY` would have made them.
 *
 * @module
 */

import type { CallOptions } from "../engine.ts";
import type { SessionCore } from "./session_core.ts";
import { checkCustomName } from "./setting_names.ts";
import type { CallSettings } from "./settings.ts";
import { knownSettings } from "./settings_table.ts";

type Given = NonNullable<CallOptions["settings"]>;

/** Names that have been checked; programs use a handful. */
const checked = new Set<string>();
const mostChecked = 1000;

/**
 * Begins a call: its transaction, unless there is none to begin, and what holds in it.
 *
 * @param core Session; nothing has run in it since it was made as new.
 * @param options Settings, access mode and limits.
 * @throws {SqlError} 22023, 42501, 42602, 42704 for a setting that cannot be set.
 */
export function beginCall(
  core: SessionCore,
  { settings, readOnly, signal, timeoutMs }: CallOptions,
): void {
  core.watch.ownSignal = signal;
  core.watch.ownLimitMs = timeoutMs;
  if (settings === undefined && readOnly !== true) return;
  core.transaction.beginImplicit();
  if (readOnly === true) core.transaction.setModes({ readOnly: true });
  if (settings !== undefined) giveSettings(core, settings);
}

/** Real settings are set at once, since they are checked; custom ones wait until somebody asks. */
function giveSettings(core: SessionCore, settings: Given): void {
  let custom: CallSettings | undefined;
  for (const name in settings) {
    const value = settings[name] as string | (() => string);
    const key = name.toLowerCase();
    if (knownSettings.has(key)) {
      const text = typeof value === "string" ? value : value();
      if (text !== core.settings.kept(key)) core.setConfig(name, text, true);
      continue;
    }
    if (!checked.has(key)) {
      checkCustomName(name);
      if (checked.size >= mostChecked) checked.clear();
      checked.add(key);
    }
    (custom ??= new Map()).set(key, value);
  }
  if (custom !== undefined) core.settings.giveCall(custom);
}
