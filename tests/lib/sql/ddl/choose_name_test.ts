import { equal } from "node:assert/strict";
import {
  chooseColumnStorage,
  chooseName,
  makeName,
} from "../../../../lib/sql/ddl/choose_name.ts";

Deno.test("makeName() cuts the longer part", () => {
  equal(makeName("items", "", "pkey"), "items_pkey");
  equal(makeName("items", "a_b", "key"), "items_a_b_key");
  equal(
    makeName("a".repeat(60), "b".repeat(10), "key"),
    `${"a".repeat(48)}_${"b".repeat(10)}_key`,
  );
  equal(
    new TextEncoder().encode(makeName("ä".repeat(60), "", "key")).length <= 63,
    true,
  );
});

Deno.test("chooseName() counts up until a name is free", () => {
  const taken = new Set(["t_a_seq", "t_a_seq1"]);
  equal(chooseName("t", "a", "seq", (name) => taken.has(name)), "t_a_seq2");
});

Deno.test("chooseColumnStorage() avoids SQLite's own names and names that differ in case", () => {
  equal(chooseColumnStorage([], "id", 1), "id");
  equal(chooseColumnStorage(["Id"], "id", 2), "id#2");
  equal(chooseColumnStorage([], "rowid", 3), "rowid#3");
});
