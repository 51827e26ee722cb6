/**
 * Plans of texts that differ in their literals alone, which is what most programs send: the text with `?`
 * in their place is prepared once, as if the client had done so.
 *
 * A shape is prepared when it comes for the second time, and only if each literal becomes a parameter of a
 * type that takes it as it is: whatever MySQL would convert is left to the text itself.
 *
 * @module
 */

import type { PreparedStatement } from "../engine/client_session.ts";
import { literalShape } from "../sql/mysql/literal_shape.ts";
import { oid } from "../sql/types/type.ts";
import type { Execution, Runner } from "./runner.ts";
import type { Workspace } from "./workspace.ts";

/** Shapes of one session. */
const most = 256;

/** What came of a shape: seen once, not to be shared, or ready. */
type Shape = "seen" | "unfit" | {
  readonly statement: Execution["statement"];
  readonly prepared: readonly PreparedStatement[];
  /** Picture of the schema that the types were found in. */
  readonly catalog: unknown;
  readonly takes: readonly ((value: number | string) => boolean)[];
};

const within = (limit: number) => (value: number | string) =>
  typeof value === "number" && value <= limit;

const isText = (value: number | string) => typeof value === "string";

const day = /^\d{4}-\d\d-\d\d$/;
const moment = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?$/;

/** Which literals are values of a type without a conversion. */
const takers: Readonly<
  Record<number, (value: number | string) => boolean>
> = {
  [oid.int2]: within(0x7fff),
  [oid.int4]: within(0x7fff_ffff),
  [oid.int8]: within(Number.MAX_SAFE_INTEGER),
  [oid.numeric]: within(Number.MAX_SAFE_INTEGER),
  [oid.text]: isText,
  [oid.varchar]: isText,
  [oid.date]: (value) => typeof value === "string" && day.test(value),
  [oid.timestamp]: (value) => typeof value === "string" && moment.test(value),
};

/** See the top of the file. */
export class Shapes {
  readonly #workspace: Workspace;
  readonly #runner: Runner;
  readonly #shapes = new Map<string, Shape>();

  /**
   * @param workspace The session.
   * @param runner Prepares statements.
   */
  constructor(workspace: Workspace, runner: Runner) {
    this.#workspace = workspace;
    this.#runner = runner;
    workspace.onForget = () => this.#shapes.clear();
  }

  /**
   * @param text A text that is not known as it is.
   * @returns What to run for it; nothing when it must be read.
   */
  find(text: string): Execution | undefined {
    const scanned = literalShape(text);
    if (scanned === undefined) return undefined;
    const { values } = scanned;
    let shape = this.#shapes.get(scanned.text);
    if (shape === undefined) {
      this.#keep(scanned.text, "seen");
      return undefined;
    }
    if (shape === "unfit") return undefined;
    const { catalog } = this.#workspace.session.eval;
    if (shape === "seen" || shape.catalog !== catalog) {
      shape = this.#prepare(scanned.text, values.length);
      this.#keep(scanned.text, shape);
      if (typeof shape === "string") return undefined;
    }
    const { statement, prepared, takes } = shape;
    for (let i = 0; i < values.length; i++) {
      if (!takes[i]!(values[i]!)) return undefined;
    }
    return { statement, prepared, values };
  }

  #keep(text: string, shape: Shape): void {
    if (this.#shapes.size >= most && !this.#shapes.has(text)) {
      const [oldest] = this.#shapes.keys();
      this.#shapes.delete(oldest as string);
    }
    this.#shapes.set(text, shape);
  }

  #prepare(text: string, count: number): Shape {
    const { session, mysql } = this.#workspace;
    try {
      const [statement] = [...mysql.parse(text)];
      if (
        statement?.kind !== "query" || statement.nodes.length !== 1 ||
        statement.params !== count || statement.volatile || statement.commits ||
        statement.foundRows !== undefined
      ) return "unfit";
      const prepared = this.#runner.prepare(statement, [], text);
      const { params } = prepared[0]!;
      const takes = params.map((type) => takers[type]);
      return params.length === count &&
          takes.every((each) => each !== undefined)
        ? {
          statement,
          prepared,
          catalog: session.eval.catalog,
          takes: takes as ((value: number | string) => boolean)[],
        }
        : "unfit";
    } catch {
      // Whoever reads the text itself finds out what is wrong, and says so in its words.
      return "unfit";
    }
  }
}
