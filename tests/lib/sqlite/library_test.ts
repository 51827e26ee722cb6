import { equal, match, notEqual, ok, throws } from "node:assert/strict";
import { join } from "node:path";
import { loadLibrary } from "../../../lib/sqlite/library.ts";
import {
  cacheFolder,
  compileOptions,
  libraryFileName,
  sqliteSource,
} from "../../../lib/sqlite/library_file.ts";
import { cacheDir } from "./support.ts";

const linux = { os: "linux", target: "x86_64-unknown-linux-gnu" };

Deno.test("libraryFileName() differs when the platform does", () => {
  match(
    libraryFileName(linux),
    /^libsqlite3-3\.54\.1-[0-9a-f]{16}\.so$/,
  );
  notEqual(
    libraryFileName(linux),
    libraryFileName({ ...linux, target: "aarch64-unknown-linux-gnu" }),
  );
  match(
    libraryFileName({ os: "darwin", target: "aarch64-apple-darwin" }),
    /\.dylib$/,
  );
});

Deno.test("cacheFolder() takes the most particular variable", () => {
  const variables: Record<string, string> = {
    HELIOSDB_CACHE_DIR: "/own",
    XDG_CACHE_HOME: "/shared",
    HOME: "/users/ada",
  };
  const read = (name: string) => variables[name];
  equal(cacheFolder(read), "/own");
  delete variables.HELIOSDB_CACHE_DIR;
  equal(cacheFolder(read), "/shared/heliosdb-nano");
  delete variables.XDG_CACHE_HOME;
  equal(cacheFolder(read), "/users/ada/.cache/heliosdb-nano");
  delete variables.HOME;
  equal(cacheFolder(read), undefined);
});

Deno.test("loadLibrary() loads the compiled library when it is there", () => {
  const library = loadLibrary({ cacheDir });
  equal(library.version, sqliteSource.version);
  equal(library.warning, undefined);
  equal(library.source, join(cacheDir ?? "", libraryFileName()));
  library.close();
});

Deno.test("loadLibrary() says so when only the system's library is there", {
  ignore: !hasSystemLibrary(),
}, () => {
  const library = loadLibrary({ cacheDir: "/nonexistent" });
  match(library.warning ?? "", /the system's is used/);
  library.close();
});

Deno.test("loadLibrary() refuses a file that others can change", () => {
  const directory = Deno.makeTempDirSync();
  const file = join(directory, libraryFileName());
  Deno.writeTextFileSync(file, "");
  Deno.chmodSync(file, 0o666);
  throws(() => loadLibrary({ cacheDir: directory }), /others can change/);
  Deno.removeSync(directory, { recursive: true });
});

Deno.test("loadLibrary() refuses a file that is no library", () => {
  const file = Deno.makeTempFileSync();
  throws(() => loadLibrary({ path: file }), /is not a SQLite library/);
  Deno.removeSync(file);
});

Deno.test("compileOptions hold what the program relies on", () => {
  for (const option of ["SQLITE_THREADSAFE=2", "SQLITE_DQS=0"]) {
    ok(compileOptions.includes(option));
  }
});

function hasSystemLibrary(): boolean {
  try {
    loadLibrary({ cacheDir: "/nonexistent" }).close();
    return true;
  } catch {
    return false;
  }
}
