import { equal, match } from "node:assert/strict";
import { listenError } from "../../../lib/cli/listen_error.ts";

const place = { host: "::1", port: 80, flag: "http-port" };

const cases: [error: Error, says: RegExp][] = [
  [
    new Deno.errors.AddrInUse(),
    /^Cannot listen on \[::1\]:80: address already in use, set --http-port$/,
  ],
  [
    new Deno.errors.AddrNotAvailable(),
    /does not have the address, set --listen$/,
  ],
  [
    new Deno.errors.PermissionDenied(),
    /permission denied, set --http-port to 1024 or above$/,
  ],
  [new Deno.errors.InvalidData("bad"), /^Cannot use --tls-cert and --tls-key/],
  [
    new Error("keys may not be consistent: KeyMismatch"),
    /^Cannot use --tls-cert and --tls-key/,
  ],
  [
    new Error("failed to lookup address information"),
    /the host name is unknown, set --listen$/,
  ],
];

for (const [error, says] of cases) {
  Deno.test(`listenError() says in a sentence what ${error.name} ${error.message} means`, () => {
    const said = listenError(error, place);
    match(said instanceof Error ? said.message : "", says);
  });
}

Deno.test("listenError() leaves other errors as they are", () => {
  const error = new TypeError("a fault of ours");

  equal(listenError(error, place), error);
});
