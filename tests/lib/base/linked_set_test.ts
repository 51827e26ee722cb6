import { deepEqual, equal, throws } from "node:assert/strict";
import { Link, LinkedSet } from "../../../lib/base/linked_set.ts";

class Named extends Link {
  constructor(readonly name: string) {
    super();
  }
}

function filled(names: string) {
  const links = [...names].map((name) => new Named(name));
  const set = new LinkedSet<Named>();
  for (const link of links) set.add(link);
  const shown = () => [...set].map(({ name }) => name).join("");
  return { set, links, shown };
}

Deno.test("LinkedSet keeps the order of arrival whoever leaves", () => {
  for (const leaving of ["a", "b", "c", "ab", "ba", "cb", "ac", "abc", "cba"]) {
    const { set, links, shown } = filled("abc");
    for (const name of leaving) {
      equal(set.delete(links.find((link) => link.name === name)!), true);
    }
    const left = [..."abc"].filter((name) => !leaving.includes(name));
    equal(shown(), left.join(""));
    equal(set.size, left.length);
    equal(set.first?.name, left[0]);
    set.add(new Named("d"));
    equal(shown(), `${left.join("")}d`);
  }
});

Deno.test("LinkedSet.delete() tells whether it was there, and leaves it free to come again", () => {
  const { set, links: [a], shown } = filled("abc");
  equal(set.delete(a!), true);
  equal(set.delete(a!), false);
  deepEqual([a!.within, a!.before, a!.after], [
    undefined,
    undefined,
    undefined,
  ]);
  set.add(a!);
  equal(shown(), "bca");
  throws(() => set.add(a!), /in a set/);
  const other = new LinkedSet<Named>();
  equal(other.delete(a!), false);
  throws(() => other.add(a!), /in a set/);
});

Deno.test("LinkedSet goes on when the present one is taken out", () => {
  const { set, shown } = filled("abcd");
  for (const link of set) if (link.name !== "c") set.delete(link);
  equal(shown(), "c");
  set.clear();
  deepEqual([shown(), set.size, set.first], ["", 0, undefined]);
});
