/**
 * `to_timestamp` and `to_date`: reads a text by a template.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { monthNames, weekdayNames } from "../types/date_time/words.ts";
import { type DateNode, datePattern, type DateWord } from "./date_pattern.ts";
import { romanMonths } from "./date_write.ts";
import {
  type FieldName,
  invalid,
  type ReadByTemplate,
  TemplateFields,
} from "./template_fields.ts";
import { isDigitWord, spaces, TemplateText } from "./template_text.ts";

const isSeparator = (character: string) => /[!-/:-@[-`{-~]/.test(character);

/** Reads one text. */
class TemplateReader {
  readonly #input: TemplateText;
  readonly #nodes: readonly DateNode[];
  readonly #fields: TemplateFields;
  /** Characters that were skipped beyond what the template said. */
  #extra = 0;

  constructor(text: string, nodes: readonly DateNode[]) {
    this.#input = new TemplateText(text, nodes);
    this.#nodes = nodes;
    this.#fields = new TemplateFields(text);
  }

  read(exact: boolean): ReadByTemplate {
    for (const [i, node] of this.#nodes.entries()) {
      if (this.#input.at >= this.#input.text.length) break;
      if (!exact && (node.is === "word" || i === 0)) {
        this.#extra += this.#input.skipSpaces();
      }
      if (node.is === "text") {
        this.#takeText(node, exact);
        continue;
      }
      this.#takeWord(node, i);
      if (!exact) this.#extra = this.#input.skipSpaces();
    }
    return this.#fields.finish();
  }

  #takeText(node: DateNode & { is: "text" }, exact: boolean): void {
    if (node.separator) {
      if (exact) {
        this.#input.at++;
        return;
      }
      this.#extra--;
      const character = this.#input.text[this.#input.at] ?? "";
      if (
        character !== "" &&
        (spaces.includes(character) || isSeparator(character))
      ) {
        this.#input.at++;
        this.#extra++;
      }
      return;
    }
    for (const character of node.text) {
      if (!exact && this.#extra > 0) this.#extra--;
      else this.#input.at += character.length;
    }
  }

  #takeNumberField(
    name: FieldName,
    i: number,
    length: number,
  ): void {
    const node = this.#nodes[i] as DateNode & { is: "word" };
    this.#fields.set(name, this.#input.number(i, length).value, node.text);
  }

  #takeYear(i: number, digits: number): void {
    const node = this.#nodes[i] as DateNode & { is: "word" };
    const { value, used } = this.#input.number(i, digits);
    this.#fields.set(
      "year",
      digits < 4 && used < 4 ? completeYear(value) : value,
      node.text,
    );
    this.#fields.yearDigits = digits;
  }

  #takeWord(node: DateNode & { is: "word" }, i: number): void {
    const { word, text } = node;
    this.#takeField(word, text, i);
    if (node.ordinal !== "" && isDigitWord(node)) this.#input.at += 2;
  }

  #takeField(word: DateWord, text: string, i: number): void {
    switch (word) {
      case "A.M.":
      case "P.M.":
        this.#fields.twelve = true;
        this.#fields.afternoon =
          this.#input.oneOf(["a.m.", "p.m."], text) === 1;
        return;
      case "AM":
      case "PM":
        this.#fields.twelve = true;
        this.#fields.afternoon = this.#input.oneOf(["am", "pm"], text) === 1;
        return;
      case "HH":
      case "HH12":
        this.#fields.twelve = true;
        return this.#takeNumberField("hour", i, 2);
      case "HH24":
        return this.#takeNumberField("hour", i, 2);
      case "MI":
        return this.#takeNumberField("minute", i, 2);
      case "SS":
        return this.#takeNumberField("second", i, 2);
      case "MS": {
        const { value, used } = this.#input.number(i, 3);
        return this.#fields.set(
          "ms",
          value * 10 ** Math.max(3 - used, 0),
          text,
        );
      }
      case "FF1":
      case "FF2":
      case "FF3":
      case "FF4":
      case "FF5":
      case "FF6":
      case "US": {
        const digits = word === "US" ? 6 : Number(word[2]);
        const { value, used } = this.#input.number(i, digits);
        return this.#fields.set(
          "us",
          value * 10 ** Math.max(6 - used, 0),
          text,
        );
      }
      case "SSSS":
      case "SSSSS":
        return this.#takeNumberField("secondsOfDay", i, word.length);
      case "TZ":
      case "OF":
        throw new SqlError(
          "0A000",
          `formatting field "${text}" is only supported in to_char`,
        );
      case "TZH": {
        const character = this.#input.text[this.#input.at] ?? "";
        if (character !== "" && "+- ".includes(character)) {
          this.#fields.zoneSign = character === "-" ? -1 : 1;
          this.#input.at++;
        } else {
          this.#fields.zoneSign =
            this.#extra > 0 && this.#input.text[this.#input.at - 1] === "-"
              ? -1
              : 1;
        }
        this.#fields.zoneHours = this.#input.number(i, 2).value;
        return;
      }
      case "TZM":
        this.#fields.zoneSign ||= 1;
        this.#fields.zoneMinutes = this.#input.number(i, 2).value;
        return;
      case "A.D.":
      case "B.C.":
        this.#fields.beforeChrist =
          this.#input.oneOf(["a.d.", "b.c."], text) === 1;
        return;
      case "AD":
      case "BC":
        this.#fields.beforeChrist = this.#input.oneOf(["ad", "bc"], text) === 1;
        return;
      case "MONTH":
      case "Month":
        return this.#fields.set(
          "month",
          this.#input.oneOf(monthNames, text) + 1,
          text,
        );
      case "MON":
      case "Mon": {
        const short = monthNames.map((name) => name.slice(0, 3));
        return this.#fields.set(
          "month",
          this.#input.oneOf(short, text) + 1,
          text,
        );
      }
      case "MM":
        this.#fields.setMode(false);
        return this.#takeNumberField("month", i, 2);
      case "DAY":
      case "Day":
        this.#input.oneOf(weekdayNames, text);
        return;
      case "DY":
      case "Dy":
        this.#input.oneOf(weekdayNames.map((name) => name.slice(0, 3)), text);
        return;
      case "DDD":
        return this.#takeNumberField("dayOfYear", i, 3);
      case "IDDD":
        this.#fields.setMode(true);
        return this.#takeNumberField("dayOfYear", i, 4);
      case "DD":
        this.#fields.setMode(false);
        return this.#takeNumberField("day", i, 2);
      case "D":
        this.#fields.setMode(false);
        return this.#takeNumberField("weekday", i, 1);
      case "ID": {
        this.#fields.setMode(true);
        // Sunday is the last day here.
        return this.#fields.set(
          "weekday",
          this.#input.number(i, 2).value,
          text,
        );
      }
      case "WW":
        this.#fields.setMode(false);
        return this.#takeNumberField("week", i, 2);
      case "IW":
        this.#fields.setMode(true);
        return this.#takeNumberField("week", i, 2);
      case "Q":
        this.#input.number(i, 1);
        return;
      case "CC":
        return this.#takeNumberField("century", i, 2);
      case "Y,YYY": {
        const match = /^(\d+),(\d{1,3})/.exec(
          this.#input.text.slice(this.#input.at),
        );
        if (match === null) {
          throw invalid(`invalid input string for "Y,YYY"`);
        }
        this.#input.at += match[0].length;
        this.#fields.yearDigits = 4;
        return this.#fields.set(
          "year",
          Number(match[1]) * 1000 + Number(match[2]),
          text,
        );
      }
      case "YYYY":
      case "YYY":
      case "YY":
      case "Y":
        this.#fields.setMode(false);
        return this.#takeYear(i, word.length);
      case "IYYY":
      case "IYY":
      case "IY":
      case "I":
        this.#fields.setMode(true);
        return this.#takeYear(i, word.length);
      case "RM": {
        // The long ones first, or VIII would be V.
        const descending = [...romanMonths].reverse().sort((a, b) =>
          b.length - a.length
        );
        const found = descending[this.#input.oneOf(descending, text)];
        return this.#fields.set(
          "month",
          romanMonths.indexOf(found as typeof romanMonths[number]) + 1,
          text,
        );
      }
      case "W":
        return this.#takeNumberField("weekOfMonth", i, 1);
      case "J":
        return this.#takeNumberField("julian", i, 1);
      default:
        return;
    }
  }
}

/** A year of fewer than four digits becomes the one next to 2020. */
function completeYear(year: number): number {
  if (year < 70) return year + 2000;
  if (year < 100) return year + 1900;
  if (year < 520) return year + 2000;
  return year < 1000 ? year + 1000 : year;
}

/**
 * @param text Text as a client writes it.
 * @param format Template.
 * @returns What it says.
 * @throws {SqlError} 22007, 22008, 0A000.
 */
export function readByTemplate(text: string, format: string): ReadByTemplate {
  const { nodes, exact } = datePattern(format);
  return new TemplateReader(text, nodes).read(exact);
}
