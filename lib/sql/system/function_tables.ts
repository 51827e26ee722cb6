/**
 * `pg_proc`, `pg_aggregate`, `pg_operator`, `pg_language` (manual, chapter 53).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of system catalogs

import {
  type Catalog,
  fixedOid,
  type UserFunction,
} from "../catalog/catalog.ts";
import { aclTexts } from "../catalog/privileges.ts";
import { builtins } from "../functions/builtins.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import { oid } from "../types/type.ts";
import { arrayDatum } from "./form.ts";
import type { SystemRow, SystemTables } from "./system_table.ts";

const languages = { internal: 12, sql: 14 } as const;
const kinds: Readonly<Record<string, string>> = {
  aggregate: "a",
  window: "w",
};

const shared = {
  procost: 1,
  provariadic: 0,
  prosupport: 0,
  prosecdef: false,
  proparallel: "s",
  protrftypes: null,
  probin: null,
};

function builtInRow(entry: FunctionEntry): SystemRow {
  const rows = entry.kind === "rows";
  const outputs = entry.columns.length > 1 ? entry.columns : [];
  return {
    ...shared,
    oid: entry.oid,
    proname: entry.name,
    pronamespace: entry.schema,
    proowner: fixedOid.postgres,
    prolang: languages.internal,
    prorows: rows ? 1000 : 0,
    prokind: kinds[entry.kind] ?? "f",
    proleakproof: entry.leakproof,
    proisstrict: entry.strict,
    proretset: rows,
    provolatile: entry.volatility,
    pronargs: entry.args.length,
    pronargdefaults: entry.defaults.length,
    prorettype: outputs.length > 0 ? oid.record : entry.returns,
    proargtypes: arrayDatum(entry.args),
    proallargtypes: outputs.length === 0
      ? null
      : arrayDatum([...entry.args, ...outputs.map(({ type }) => type)]),
    proargmodes: outputs.length === 0
      ? null
      : arrayDatum([...entry.args.map(() => "i"), ...outputs.map(() => "o")]),
    proargnames: outputs.length === 0 ? null : arrayDatum([
      ...entry.args.map((_, at) => entry.argNames[at] ?? ""),
      ...outputs.map(({ name }) => name),
    ]),
    prosrc: entry.sqliteName,
  };
}

/** `ROWS` when nothing is said. */
const defaultRows = 1000;

function userRow(catalog: Catalog, each: UserFunction): SystemRow {
  const inputs = each.args.filter(({ mode }) => "ibv".includes(mode));
  const modes = each.args.some(({ mode }) => mode !== "i");
  const acl = aclTexts(catalog, each.acl);
  const settings = Object.entries(each.settings);
  const defaults = inputs.flatMap((arg) => arg.default?.text ?? []);
  const variadic = each.args.find(({ mode }) => mode === "v");
  return {
    ...shared,
    oid: each.oid,
    proname: each.name,
    pronamespace: each.schema,
    proowner: each.owner,
    prolang: languages.sql,
    procost: 100,
    prorows: each.returnsSet ? each.rows ?? defaultRows : 0,
    provariadic: variadic === undefined
      ? 0
      : catalog.type(variadic.type)?.element ?? 0,
    prokind: each.kind,
    prosecdef: each.securityDefiner,
    proleakproof: each.leakproof,
    proisstrict: each.strict,
    proretset: each.returnsSet,
    provolatile: each.volatility,
    proparallel: "u",
    pronargs: inputs.length,
    pronargdefaults: inputs.filter((arg) => arg.default !== undefined).length,
    prorettype: each.returns,
    proargtypes: arrayDatum(inputs.map(({ type }) => type)),
    proallargtypes: modes
      ? arrayDatum(each.args.map(({ type }) => type))
      : null,
    proargmodes: modes ? arrayDatum(each.args.map(({ mode }) => mode)) : null,
    proargnames: each.args.some(({ name }) => name !== "")
      ? arrayDatum(each.args.map(({ name }) => name))
      : null,
    proargdefaults: defaults.length === 0 ? null : defaults.join(", "),
    prosrc: each.body,
    proconfig: settings.length === 0
      ? null
      : arrayDatum(settings.map(([name, value]) => `${name}=${value}`)),
    proacl: acl === null ? null : arrayDatum(acl),
  };
}

/** See the top of the file. */
export const functionTables: SystemTables = {
  *pg_proc(catalog) {
    for (const entry of builtins().all()) {
      if (entry.kind === "operator" || entry.kind === "cast") continue;
      if (entry.name.startsWith("heliosdb_")) continue;
      if (entry.schema === fixedOid.mysql) continue;
      yield builtInRow(entry);
    }
    for (const each of catalog.functions()) yield userRow(catalog, each);
  },
  *pg_aggregate() {
    for (const entry of builtins().all()) {
      if (entry.kind !== "aggregate") continue;
      yield {
        aggfnoid: entry.oid,
        aggkind: "n",
        aggnumdirectargs: 0,
        aggtransfn: 0,
        aggfinalfn: 0,
        aggcombinefn: 0,
        aggserialfn: 0,
        aggdeserialfn: 0,
        aggmtransfn: 0,
        aggminvtransfn: 0,
        aggmfinalfn: 0,
        aggfinalextra: false,
        aggmfinalextra: false,
        aggfinalmodify: "r",
        aggmfinalmodify: "r",
        aggsortop: 0,
        aggtranstype: entry.returns,
        aggtransspace: 0,
        aggmtranstype: 0,
        aggmtransspace: 0,
      };
    }
  },
  *pg_operator() {
    for (const entry of builtins().all()) {
      if (entry.kind !== "operator") continue;
      const [left = 0, right = 0] = entry.args.length === 1
        ? [0, ...entry.args]
        : entry.args;
      yield {
        oid: entry.oid,
        oprname: entry.name,
        oprnamespace: fixedOid.pgCatalog,
        oprowner: fixedOid.postgres,
        oprkind: left === 0 ? "l" : "b",
        oprcanmerge: false,
        oprcanhash: false,
        oprleft: left,
        oprright: right,
        oprresult: entry.returns,
        oprcom: 0,
        oprnegate: 0,
        oprcode: entry.oid,
        oprrest: 0,
        oprjoin: 0,
      };
    }
  },
  *pg_language() {
    for (
      const [name, number, trusted] of [
        ["internal", languages.internal, false],
        ["c", 13, false],
        ["sql", languages.sql, true],
      ] as const
    ) {
      yield {
        oid: number,
        lanname: name,
        lanowner: fixedOid.postgres,
        lanispl: false,
        lanpltrusted: trusted,
        lanplcallfoid: 0,
        laninline: 0,
        lanvalidator: 0,
      };
    }
  },
};
