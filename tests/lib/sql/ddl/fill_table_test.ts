import { equal } from "node:assert/strict";
import { inlineSlots } from "../../../../lib/sql/ddl/fill_table.ts";

Deno.test("inlineSlots() leaves question marks inside names and texts alone", () => {
  equal(
    inlineSlots(`SELECT ?1, "a?1", 'b?2''?1', ?2 FROM t`, ["'it''s ?2'", "7"]),
    `SELECT 'it''s ?2', "a?1", 'b?2''?1', 7 FROM t`,
  );
});
