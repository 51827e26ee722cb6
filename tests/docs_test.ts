/** The documents say what the program does: every setting is there with its default. */
import { deepEqual, ok } from "node:assert/strict";
import type { Setting } from "../lib/config/setting.ts";
import { settings } from "../lib/config/settings.ts";

const page = await Deno.readTextFile(
  new URL("../docs/configuration.md", import.meta.url),
);

for (const { flag, shown } of Object.values(settings)) {
  Deno.test(`docs/configuration.md tells of --${flag} and its default`, () => {
    const row = page.split("\n").find((line) =>
      new RegExp(`^\\|.*\`--${flag}[ \`]`).test(line)
    );
    ok(row !== undefined, "no row");
    if (shown !== undefined) ok(row.includes(`\`${shown}\``), row);
  });
}

Deno.test("docs/configuration.md tells of no flag that is not there", () => {
  const told = [...page.matchAll(/`--([a-z][a-z0-9-]+)/g)].map(([, flag]) =>
    flag!
  );
  const known = new Set<string>(
    Object.values<Setting<unknown>>(settings).flatMap((
      { flag, negatable },
    ) => negatable ? [flag, `no-${flag}`] : [flag]),
  );
  // Of the commands `keys` and `doctor`, which have no settings of their own.
  known.add("json");
  deepEqual(
    told.filter((flag) => !known.has(flag)),
    [],
  );
});
