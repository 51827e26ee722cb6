import { deepEqual, equal } from "node:assert/strict";
import {
  errorFields,
  withFragment,
} from "../../../../lib/auth/oauth/redirect_fragment.ts";
import { Problem } from "../../../../lib/base/problem.ts";

Deno.test("withFragment() keeps the query and encodes the fields", () => {
  equal(
    withFragment("https://app.example/done?a=1", { x: "a&b=c#d", y: "e f" }),
    "https://app.example/done?a=1#x=a%26b%3Dc%23d&y=e+f",
  );
});

Deno.test("errorFields() names the failure for OAuth and for our clients", () => {
  deepEqual(errorFields(new Problem("access_denied", "Sign-in was denied")), {
    error: "access_denied",
    "error_code": "access_denied",
    "error_description": "Sign-in was denied",
  });
  equal(
    errorFields(new Problem("oauth_provider_timeout", "Late")).error,
    "temporarily_unavailable",
  );
  equal(
    errorFields(new Problem("token_exchange_failed", "No")).error,
    "server_error",
  );
});
