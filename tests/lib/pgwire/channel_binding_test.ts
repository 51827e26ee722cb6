import { equal } from "node:assert/strict";
import { hash, X509Certificate } from "node:crypto";
import { endPointOf } from "../../../lib/pgwire/channel_binding.ts";
import { testCert } from "../../support/test_certificate.ts";

Deno.test("endPointOf() is the digest that the certificate's signature uses", () => {
  // ecdsa-with-SHA256
  const der = new X509Certificate(testCert).raw;

  equal(
    endPointOf(testCert)?.toHex(),
    hash("sha256", der, "hex"),
  );
});

Deno.test("endPointOf() takes the first certificate of a chain", () => {
  equal(
    endPointOf(`some text\n${testCert}${testCert}`)?.toHex(),
    endPointOf(testCert)?.toHex(),
  );
});

Deno.test("endPointOf() knows no digest for a signature without one", () => {
  // The object identifier of ecdsa-with-SHA256, twice in the certificate, becomes an unknown one.
  const der = Uint8Array.fromBase64(
    testCert.replace(/-----[^-]+-----|\s/g, ""),
  );
  const hex = der.toHex().replaceAll(
    "06082a8648ce3d040302",
    "06082a8648ce3d040309",
  );
  const other = Uint8Array.fromHex(hex).toBase64();

  equal(
    endPointOf(
      `-----BEGIN CERTIFICATE-----\n${other}\n-----END CERTIFICATE-----\n`,
    ),
    undefined,
  );
  equal(endPointOf("nothing"), undefined);
});
