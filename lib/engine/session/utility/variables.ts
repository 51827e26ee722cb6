/**
 * SET, RESET, SHOW, DISCARD.
 *
 * @module
 */

import type {
  DiscardStmt,
  Node,
  TypeCast,
  VariableSetStmt,
  VariableShowStmt,
} from "@pgsql/types";
import { SqlError } from "../../../sql/error.ts";
import type { EvalContext } from "../../../sql/eval_context.ts";
import { intervalType } from "../../../sql/types/interval.ts";
import { quoteIdentifier } from "../../../sql/functions/quoting.ts";
import type { SessionCore } from "../session_core.ts";
import { unknownSetting } from "../setting_names.ts";
import { knownSettings } from "../settings_table.ts";
import { constantText, notInBlock } from "./nodes.ts";
import { readModes } from "./transaction_control.ts";
import {
  textColumn,
  type Utility,
  type UtilityCall,
  type UtilityResult,
} from "./utility.ts";

/** Settings whose value is a list of names. */
const quotedLists: ReadonlySet<string> = new Set([
  "search_path",
  "temp_tablespaces",
  "session_preload_libraries",
  "local_preload_libraries",
]);
const plainLists: ReadonlySet<string> = new Set(["datestyle"]);

/** `SET TIME ZONE INTERVAL '…'`: no other setting takes a typed value. */
function intervalText(
  { arg, typeName }: TypeCast,
  context: EvalContext,
): string {
  const modifiers = (typeName?.typmods ?? []).map((node) =>
    Number(constantText(node) ?? 0)
  );
  const typmod = modifiers.length === 0
    ? -1
    : intervalType.typmodIn?.(modifiers) ?? -1;
  const value = intervalType.input(constantText(arg) ?? "", typmod, context);
  return `INTERVAL '${intervalType.output(value ?? "", context)}'`;
}

/** @returns Text that the setting's own reader takes. */
function flatten(
  name: string,
  args: readonly Node[] = [],
  context: EvalContext,
): string {
  const key = name.toLowerCase();
  const texts = args.map((node) => {
    if ("TypeCast" in node) return intervalText(node.TypeCast, context);
    const text = constantText(node) ?? "";
    return quotedLists.has(key) ? quoteIdentifier(text) : text;
  });
  if (texts.length > 1 && !quotedLists.has(key) && !plainLists.has(key)) {
    throw new SqlError("22023", `SET ${name} takes only one argument`);
  }
  return texts.join(", ");
}

function setMany(
  core: SessionCore,
  { name, args }: VariableSetStmt,
  alone: boolean,
): UtilityResult {
  if (name === "TRANSACTION SNAPSHOT") {
    throw new SqlError("0A000", "SET TRANSACTION SNAPSHOT is not supported");
  }
  const modes = readModes(args);
  const entries = [
    ["isolation", modes.isolation],
    ["read_only", modes.readOnly],
    ["deferrable", modes.deferrable],
  ] as const;
  const session = name === "SESSION CHARACTERISTICS";
  if (!session && alone) {
    core.warn(
      "25P01",
      "SET TRANSACTION can only be used in transaction blocks",
    );
  }
  for (const [mode, value] of entries) {
    if (value === undefined) continue;
    const text = typeof value === "string" ? value : value ? "on" : "off";
    core.setConfig(
      session ? `default_transaction_${mode}` : `transaction_${mode}`,
      text,
      !session,
    );
  }
  return { tag: "SET" };
}

function set({ core, node, alone }: UtilityCall): UtilityResult {
  const statement = (node as { VariableSetStmt: VariableSetStmt })
    .VariableSetStmt;
  const { kind, name = "", args, is_local: local = false } = statement;
  if (kind === "VAR_SET_MULTI") return setMany(core, statement, alone);
  if (local && alone) {
    core.warn("25P01", "SET LOCAL can only be used in transaction blocks");
  }
  switch (kind) {
    case "VAR_SET_VALUE":
      core.setConfig(name, flatten(name, args, core.eval), local);
      return { tag: "SET" };
    case "VAR_SET_CURRENT":
      core.setConfig(name, core.settings.get(name), local);
      return { tag: "SET" };
    case "VAR_SET_DEFAULT":
      core.setConfig(name, undefined, local);
      return { tag: "SET" };
    case "VAR_RESET":
      core.setConfig(name, undefined, false);
      return { tag: "RESET" };
    default:
      core.settings.resetAll();
      return { tag: "RESET" };
  }
}

/** See the top of the file. */
export const setVariable: Utility = {
  name: "SET",
  run: set,
};

function shownName(node: Node): string {
  return (node as { VariableShowStmt: VariableShowStmt }).VariableShowStmt
    .name ?? "";
}

/** See the top of the file. */
export const showVariable: Utility = {
  name: "SHOW",
  describe(core, node) {
    const name = shownName(node);
    if (name === "all") {
      return {
        columns: ["name", "setting", "description"].map((each) =>
          textColumn(each)
        ),
      };
    }
    const known = knownSettings.get(name.toLowerCase());
    if (known === undefined && core.settings.get(name) === undefined) {
      throw unknownSetting(name);
    }
    return { columns: [textColumn(known?.name ?? name)] };
  },
  run({ core, node, sink }) {
    const name = shownName(node);
    if (name === "all") {
      for (const { name } of core.settings.names()) {
        sink.row([name, core.settings.shown(name) ?? "", ""]);
      }
    } else {
      const value = core.settings.shown(name);
      if (value === undefined) throw unknownSetting(name);
      sink.row([value]);
    }
    return { tag: "SHOW" };
  },
};

/** Frees advisory locks that are held for the session. */
function freeLocks(core: SessionCore): void {
  core.instance.locks.freeAll(core);
}

/** See the top of the file. */
export const discard: Utility = {
  name: "DISCARD",
  async run({ core, node, alone }) {
    const { target } = (node as { DiscardStmt: DiscardStmt }).DiscardStmt;
    switch (target) {
      case "DISCARD_PLANS":
        return { tag: "DISCARD PLANS" };
      case "DISCARD_SEQUENCES":
        core.sequenceValues.clear();
        core.lastSequence = undefined;
        return { tag: "DISCARD SEQUENCES" };
      case "DISCARD_TEMP":
        await core.dropTemporary();
        return { tag: "DISCARD TEMP" };
      default:
        if (!alone) throw notInBlock("DISCARD ALL");
        core.cursors.closeAll();
        core.setConfig("session_authorization", undefined, false);
        core.settings.resetAll();
        core.prepared.clear();
        core.notifications.unlisten();
        freeLocks(core);
        core.sequenceValues.clear();
        core.lastSequence = undefined;
        await core.dropTemporary();
        return { tag: "DISCARD ALL" };
    }
  },
};
