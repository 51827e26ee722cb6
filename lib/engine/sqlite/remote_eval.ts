/**
 * A session as functions on another thread see it: what never changes within a statement is sent with
 * it, everything else is asked of the main thread.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import { StatementNotes, type Strictness } from "../../sql/statement_notes.ts";
import type { PgType } from "../../sql/types/type.ts";

/** What is sent with a statement. */
export interface EvalPicture {
  readonly transactionTime: bigint;
  readonly statementTime: bigint;
  readonly timeZone: string;
  readonly dateStyle: string;
  readonly intervalStyle: string;
  readonly extraFloatDigits: number;
  readonly byteaOutput: string;
  /** How the statement takes what is not right; nothing for those who are not told. */
  readonly notes?: Strictness | undefined;
}

/** A question. */
export type EvalQuestion =
  | { readonly about: "setting"; readonly name: string }
  | {
    readonly about: "setSetting";
    readonly name: string;
    readonly value: string;
    readonly local: boolean;
  }
  | {
    readonly about: "service";
    readonly name: string;
    readonly args: readonly Datum[];
  }
  | { readonly about: "type"; readonly oid: number }
  | {
    readonly about: "input";
    readonly oid: number;
    readonly text: string;
    readonly typmod: number;
  }
  | {
    readonly about: "output";
    readonly oid: number;
    readonly value: NonNullable<Datum>;
  }
  | {
    readonly about: "typmod";
    readonly oid: number;
    readonly value: NonNullable<Datum>;
    readonly typmod: number;
    readonly explicit: boolean;
  };

/**
 * @param context A session.
 * @returns What of it can be sent.
 */
export function pictureOf(context: EvalContext): EvalPicture {
  const { transactionTime, statementTime, timeZone } = context;
  const { dateStyle, intervalStyle, extraFloatDigits, byteaOutput } = context;
  return {
    transactionTime,
    statementTime,
    timeZone,
    dateStyle,
    intervalStyle,
    extraFloatDigits,
    byteaOutput,
    ...(context.notes === undefined ? {} : { notes: context.notes.how }),
  };
}

/**
 * Answers on the main thread.
 *
 * @param question What is asked.
 * @param context The session.
 * @returns The answer.
 */
export function answerQuestion(
  question: EvalQuestion,
  context: EvalContext,
): unknown {
  switch (question.about) {
    case "setting":
      return context.setting(question.name);
    case "setSetting": {
      const { name, value, local } = question;
      return context.setSetting(name, value, local);
    }
    case "service":
      return context.services.call(question.name, question.args);
    case "type": {
      const type = context.type(question.oid);
      if (type === undefined) return null;
      // Functions do not survive the way; the other side puts its own in their place.
      return { ...type, hasTypmod: type.applyTypmod !== undefined };
    }
    case "input":
      return known(context, question.oid)
        .input(question.text, question.typmod, context);
    case "output":
      return known(context, question.oid).output(question.value, context);
    case "typmod": {
      const { value, typmod, explicit } = question;
      return known(context, question.oid)
        .applyTypmod?.(value, typmod, explicit) ?? value;
    }
  }
}

function known(context: EvalContext, oid: number): PgType {
  const type = context.type(oid);
  if (type === undefined) throw new Error(`Cannot find type ${oid}`);
  return type;
}

/**
 * Makes the session of another thread.
 *
 * @param picture What was sent.
 * @param builtIn Types that are part of the program.
 * @param ask Asks the main thread.
 * @param pause Throws when the statement is to stop.
 * @returns The session.
 */
export function remoteEval(
  picture: EvalPicture,
  builtIn: (oid: number) => PgType | undefined,
  ask: (question: EvalQuestion) => unknown,
  pause: () => void,
): EvalContext {
  const { notes: how, ...rest } = picture;
  const notes = how === undefined ? undefined : new StatementNotes();
  notes?.begin(how);
  const types = new Map<number, PgType | undefined>();
  const settings = new Map<string, string | undefined>();
  const findType = (oid: number) => {
    const found = ask({ about: "type", oid }) as
      | (PgType & { hasTypmod: boolean })
      | null;
    return found === null ? undefined : remoteType(found, ask);
  };
  return {
    ...rest,
    notes,
    pause,
    clock: () => performance.timeOrigin + performance.now(),
    type(oid) {
      const own = builtIn(oid);
      if (own !== undefined) return own;
      if (!types.has(oid)) types.set(oid, findType(oid));
      return types.get(oid);
    },
    setting(name) {
      if (!settings.has(name)) {
        const value = ask({ about: "setting", name }) as string | null;
        settings.set(name, value ?? undefined);
      }
      return settings.get(name);
    },
    setSetting(name, value, local) {
      settings.delete(name);
      return ask({ about: "setSetting", name, value, local }) as string;
    },
    services: {
      call: (name, args) => ask({ about: "service", name, args }) as Datum,
    },
  };
}

function remoteType(
  type: PgType & { hasTypmod: boolean },
  ask: (question: EvalQuestion) => unknown,
): PgType {
  const { oid, hasTypmod, ...rest } = type;
  return {
    ...rest,
    oid,
    input: (text, typmod) =>
      ask({ about: "input", oid, text, typmod }) as Datum,
    output: (value) => ask({ about: "output", oid, value }) as string,
    ...(hasTypmod
      ? {
        applyTypmod: (value, typmod, explicit) =>
          ask({ about: "typmod", oid, value, typmod, explicit }) as Datum,
      }
      : {}),
  };
}
