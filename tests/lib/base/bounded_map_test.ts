import { equal, throws } from "node:assert/strict";
import { BoundedMap } from "../../../lib/base/bounded_map.ts";

Deno.test("BoundedMap() refuses a capacity below one", () => {
  throws(
    () => new BoundedMap(0),
    /capacity must be an integer >= 1: received 0/,
  );
});

Deno.test("set() forgets the least recently used entry when full", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.get("a");
  map.set("c", 3);
  equal(map.get("b"), undefined);
  equal(map.get("a"), 1);
  equal(map.size, 2);
});

Deno.test("peek() does not keep an entry", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.peek("a");
  map.set("c", 3);
  equal(map.peek("a"), undefined);
});

Deno.test("trim() stops at the first entry that may stay", () => {
  const map = new BoundedMap<string, number>(5);
  for (const [key, value] of [["a", 1], ["b", 9], ["c", 1]] as const) {
    map.set(key, value);
  }
  map.trim((value) => value < 5);
  equal(map.peek("a"), undefined);
  equal(map.peek("c"), 1);
});
