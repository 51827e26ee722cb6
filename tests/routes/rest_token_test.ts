import { equal, throws } from "node:assert/strict";
import { Problem } from "../../lib/base/problem.ts";
import { restToken } from "../../routes/rest_token.ts";

function token(headers: Record<string, string>): string | undefined {
  return restToken({
    request: new Request("http://localhost/rest/v1/t", { headers }),
    method: "GET",
    path: "/rest/v1/t",
    search: "",
    query: new URLSearchParams(),
    address: "127.0.0.1",
    requestId: "test",
  });
}

Deno.test("restToken() reads Authorization before apikey", () => {
  equal(token({ authorization: "Bearer a.b.c", apikey: "k" }), "a.b.c");
  equal(token({ authorization: "bearer  a.b.c " }), "a.b.c");
  equal(token({ apikey: "k" }), "k");
  equal(token({ apikey: "" }), "");
  equal(token({}), undefined);
});

Deno.test("restToken() refuses an Authorization that is no bearer token, whatever apikey says", () => {
  for (
    const authorization of ["Basic YTpi", "Bearer", "Bearer a b", "a.b.c", ""]
  ) {
    throws(
      () => token({ authorization, apikey: "k" }),
      (error) => error instanceof Problem && error.code === "invalid_token",
      authorization,
    );
  }
});
