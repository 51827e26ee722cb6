import { equal } from "node:assert/strict";
import { restStatus } from "../../../lib/http/rest_status.ts";

Deno.test("restStatus() blames the caller for a setting that nobody can change, not the server", () => {
  equal(restStatus("55P02", false), 400);
  equal(restStatus("55P03", false), 503);
});
