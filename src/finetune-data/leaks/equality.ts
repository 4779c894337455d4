import { type EvalTexts, longAnswer, rawKey, type Unit } from "./eval-texts.ts";
import { textKey } from "./text-key.ts";
import type { TrainingRow } from "./training-row.ts";
import { countWords } from "./words.ts";

/** A unit that a training row has whole. */
export interface Equal {
  readonly unit: number;
  /** Of a place of `unit.samples`: whether that sample was written in the same way. */
  isExact(place: number): boolean;
  /** What the row answers, normalised; undefined where it does not. */
  readonly answer: string | undefined;
}

/** Finds the units that are, word for word, what a training row asks or answers. */
export function equalityIndex({
  units,
  hasSystems,
}: EvalTexts): (row: TrainingRow, texts: readonly string[], system: string) => Equal[] {
  const byKey = new Map<number, number[]>();
  for (const [at, unit] of units.entries()) {
    const key = keyOf(unit.text, unit.rawKeys[0] as number);
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [at]);
    else same.push(at);
  }
  const hasBoth = units.some(({ part }) => part === "both");

  return (row, texts, system) => {
    const found: Equal[] = [];
    const look = (text: string, parts: Unit["part"], raw: () => readonly string[], answer?: string) => {
      const written = text === "" ? rawKey(raw()) : undefined;
      for (const unit of byKey.get(keyOf(text, written ?? 0)) ?? []) {
        const { part, text: wanted, rawKeys } = units[unit] as Unit;
        if (part !== parts || wanted !== text) continue;
        const key = written ?? rawKey(raw());
        found.push({ unit, isExact: (place) => rawKeys[place] === key, answer });
      }
    };
    const raws = row.turns.map(({ text }) => text);
    let asked = "";
    for (const [at, turn] of row.turns.entries()) {
      const text = texts[at] as string;
      const before = asked;
      asked = join(asked, text);
      const isLast = at + 1 === row.turns.length;
      if (turn.answer) {
        const so = at > 0;
        if (so && !row.turns[at - 1]?.answer) {
          look(before, "prompt", () => raws.slice(0, at), text);
          if (hasSystems && system !== "") look(join(system, before), "prompt", () => [row.system, ...raws.slice(0, at)], text);
        }
        if (so && hasBoth) look(asked, "both", () => raws.slice(0, at + 1));
        if (countWords(text, longAnswer) >= longAnswer) look(text, "answer", () => [turn.text]);
      } else {
        if (isLast) look(asked, "prompt", () => raws);
        if (isLast && hasBoth) look(asked, "both", () => raws);
        // A question in the middle of a conversation, if it is more than "yes, please".
        if (at > 0 && countWords(text, longAnswer) >= longAnswer) look(text, "prompt", () => [turn.text]);
      }
    }
    return found;
  };
}

/** A text that is all punctuation is what was written, and nothing else. */
function keyOf(text: string, written: number): number {
  return text === "" ? written : textKey(text);
}

function join(before: string, text: string): string {
  return before === "" || text === "" ? before + text : `${before} ${text}`;
}
