import type { Score } from "../core/score.ts";
import { isBeside } from "./deciding-score.ts";
import { type Pages, scorePages } from "./pages.ts";

/** All scores of one name. */
export interface ScoreFamily {
  readonly name: string;
  /** By seq; NaN = not scored. */
  readonly values: Pages;
  /** Where it first stands in the run: seq, and place among that line's scores. */
  first: { seq: number; place: number };
  /** Why the first one that was not scored was not. */
  unscored: { seq: number; why: string } | undefined;
  /** Of all values so far, in order of arrival: for the progress line alone. */
  n: number;
  sum: number;
}

export interface ScoreFamilies {
  put(seq: number, scores: readonly Score[]): void;
  forget(seq: number): void;
  all(): readonly ScoreFamily[];
  /** The one that the others stand behind: accuracy, else the first of the deciding scorer. */
  primary(): ScoreFamily | undefined;
}

export function scoreFamilies(): ScoreFamilies {
  const families: ScoreFamily[] = [];

  function family(name: string): ScoreFamily {
    for (const one of families) if (one.name === name) return one;
    const first = { seq: Number.POSITIVE_INFINITY, place: 0 };
    const values = scorePages();
    const made: ScoreFamily = { name, values, first, unscored: undefined, n: 0, sum: 0 };
    families.push(made);
    return made;
  }

  function take(one: ScoreFamily, seq: number, value: number): void {
    const before = one.values.get(seq);
    if (!Number.isNaN(before)) {
      one.n--;
      one.sum -= before;
    }
    if (!Number.isNaN(value)) {
      one.n++;
      one.sum += value;
    }
    one.values.set(seq, value);
  }

  return {
    put(seq, scores) {
      for (let place = 0; place < scores.length; place++) {
        const score = scores[place] as Score;
        const one = family(score.name);
        const { first } = one;
        if (seq < first.seq || (seq === first.seq && place < first.place)) {
          first.seq = seq;
          first.place = place;
        }
        take(one, seq, score.value !== null && Number.isFinite(score.value) ? score.value : Number.NaN);
        if (score.unscored !== undefined && (one.unscored === undefined || seq < one.unscored.seq)) {
          one.unscored = { seq, why: `${score.unscored.code}: ${score.unscored.message}` };
        }
      }
    },
    forget(seq) {
      for (const one of families) if (!Number.isNaN(one.values.get(seq))) take(one, seq, Number.NaN);
    },
    all: () => [...families].sort(byFirst),
    primary() {
      let best: ScoreFamily | undefined;
      for (const one of families) {
        if (one.name === "accuracy") return one;
        if (best === undefined || byFirst(one, best) < 0) best = one;
      }
      return best;
    },
  };
}

function byFirst(a: ScoreFamily, b: ScoreFamily): number {
  if (a.name === "accuracy" || b.name === "accuracy") return a.name === b.name ? 0 : a.name === "accuracy" ? -1 : 1;
  const besides = Number(isBeside(a.name)) - Number(isBeside(b.name));
  if (besides !== 0) return besides;
  return a.first.seq - b.first.seq || a.first.place - b.first.place;
}
