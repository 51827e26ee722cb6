import { equal, throws } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ConfigError, readConfig } from "../../../lib/config.ts";
import { readTextFile } from "../../../lib/config/text_file.ts";

/** Bytes that are no UTF-8. */
const binary = Uint8Array.of(0x68, 0x69, 0xff, 0xfe);

function withFile(content: Uint8Array, body: (path: string) => void): void {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeFileSync(path, content);
    body(path);
  } finally {
    Deno.removeSync(path);
  }
}

for (
  const [args, says] of [
    [
      ["-m", "--auth", "md5", "--password-file"],
      /^Cannot use --password-file ".*": the file is not UTF-8 text/,
    ],
    [
      ["-m", "--tls-cert", "/dev/null", "--tls-key"],
      /^Cannot use --tls-key ".*": the file is not UTF-8 text/,
    ],
    [["-m", "-c"], /^Cannot use configuration file ".*": it is not UTF-8 text/],
  ] as [string[], RegExp][]
) {
  Deno.test(`readConfig() refuses bytes that are no text for ${args.at(-1)}`, () => {
    withFile(binary, (path) => {
      throws(
        () =>
          readConfig({
            args: [...args, path],
            env: () => undefined,
            readTextFile: (each) =>
              each === "/dev/null" ? "" : readTextFile(each),
          }),
        (error) => error instanceof ConfigError && says.test(error.message),
      );
    });
  });
}

Deno.test("readTextFile() leaves out the mark that some editors begin with", () => {
  withFile(new TextEncoder().encode("\ufeffs3cret"), (path) => {
    equal(readTextFile(path), "s3cret");
  });
});

Deno.test("environment() does not show a value that is no text", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const config = fileURLToPath(
    new URL("../../../lib/config.ts", import.meta.url),
  );
  const program = `import { environment } from ${JSON.stringify(config)};
    try { environment("JWT_SECRET"); } catch (error) { console.log(error.message); }`;
  const { stdout } = await new Deno.Command("sh", {
    args: [
      "-c",
      'JWT_SECRET=$(printf "hidden\\377") exec "$0" eval "$1"',
      Deno.execPath(),
      program,
    ],
  }).output();
  equal(
    new TextDecoder().decode(stdout),
    "Cannot use $JWT_SECRET: it is not UTF-8 text\n",
  );
});
