import { type Bag, isBag, type Json } from "../../core/json.ts";
import type { Score } from "../../core/score.ts";
import { bagAt, metricName, shortened, textAt, unscored, verdict } from "./log-values.ts";

/** How the scores of a log are called here. */
export interface ScoreNames {
  /** The scorer whose verdict is the sample's: its score is `accuracy` here. undefined: none gives verdicts. */
  readonly accuracy: string | undefined;
  /** Every scorer that the log's header names; each missing score of a sample is an unscored one. */
  readonly expected: readonly string[];
}

/** What old logs call the one score of a sample. */
const onlyScore = "score";

/** The scores of a sample by Inspect's own rules: C is 1, I and N are 0, P is a half, NaN is not scored, the last edit counts. */
export function inspectScores(sample: Bag, names: ScoreNames): Score[] {
  const given: [string, Json | undefined][] = isBag(sample.scores)
    ? Object.entries(sample.scores)
    : isBag(sample.score)
      ? [[names.accuracy ?? names.expected[0] ?? onlyScore, sample.score]]
      : [];
  const invalid = isBag(sample.invalidation) ? "the sample was marked as invalid" : undefined;
  const scores: Score[] = [];
  const add = (score: Score) => {
    if (!scores.some(({ name }) => name === score.name)) scores.push(score);
  };
  for (const [scorer, raw] of given) {
    if (!isBag(raw)) continue;
    const { value, more } = currentOf(raw);
    const name = scorer === names.accuracy ? "accuracy" : metricName(scorer);
    if (invalid !== undefined) add(unscored(name, invalid, more));
    else if (isBag(value)) for (const [key, part] of Object.entries(value)) add(scoreOf(metricName(key), part, {}));
    else add(scoreOf(name, value, more));
  }
  for (const scorer of names.expected) {
    const name = scorer === names.accuracy ? "accuracy" : metricName(scorer);
    if (given.length === 0) add(unscored(name, "the log has no score of this sample"));
  }
  // The one that decides stands first: readers take the first score for the sample's.
  return scores.sort((a, b) => Number(b.name === "accuracy") - Number(a.name === "accuracy"));
}

/** A score with its edits: of each field the last one that is not `UNCHANGED`. */
function currentOf(score: Bag): { value: Json | undefined; more: Partial<Score> } {
  const edits = Array.isArray(score.history) ? score.history.filter(isBag) : [];
  const latest = (key: string): Json | undefined =>
    edits.findLast((edit) => key in edit && edit[key] !== "UNCHANGED" && edit[key] !== null)?.[key] ?? score[key];
  const [answer, explanation] = [latest("answer"), latest("explanation")];
  return {
    value: latest("value"),
    more: {
      ...(typeof answer === "string" && { label: shortened(answer) }),
      ...(typeof explanation === "string" && { explanation }),
    },
  };
}

const grades: ReadonlyMap<string, number> = new Map([
  ...Object.entries({ C: 1, P: 0.5, I: 0, N: 0 }),
  ...Object.entries({ yes: 1, true: 1, no: 0, false: 0 }),
]);

/** Words in any case, letters as they are: `c` is no grade. */
function gradeOf(value: string): number | undefined {
  return grades.get(value) ?? (value.length > 1 ? grades.get(value.toLowerCase()) : undefined);
}

function scoreOf(name: string, value: Json | undefined, more: Partial<Score>): Score {
  if (typeof value === "boolean") return verdict(name, value ? 1 : 0, more);
  if (typeof value === "number") return verdict(name, value, more);
  if (value === null || value === undefined) return unscored(name, "Inspect marked it as not scored", more);
  if (typeof value !== "string") return unscored(name, "its value is a list", more);
  const grade = gradeOf(value);
  if (grade !== undefined) return verdict(name, grade, { ...(grade === 0.5 && { passed: false }), ...more });
  const number = Number(value);
  if (value.trim() !== "" && Number.isFinite(number)) return verdict(name, number, more);
  return unscored(name, "its value is a text that is no grade", { label: shortened(value), ...more });
}

/**
 * The names by which a log's scores go: the first scorer is the sample's verdict when Inspect works an accuracy out of it, or, in a log
 * that did not come so far, when its first score is a grade.
 */
export function scoreNames(header: { readonly eval: Bag; readonly results: Bag }, firstScored: Bag | undefined): ScoreNames {
  const results = Array.isArray(header.results.scores) ? header.results.scores.filter(isBag) : [];
  const old = bagAt(header.results, "scorer");
  const planned = Array.isArray(header.eval.scorers) ? header.eval.scorers.filter(isBag) : [];
  const given = isBag(firstScored?.scores) ? Object.keys(firstScored.scores) : [];
  const named = (bags: readonly Bag[]) => bags.flatMap((bag) => textAt(bag, "name") ?? []);
  const expected = [results, "name" in old ? [old] : [], planned].map(named).find((names) => names.length > 0) ?? given;
  const [first] = given.length > 0 ? given : expected;
  const scored = results.find((score) => score.name === first);
  const metrics = scored ? bagAt(scored, "metrics") : "name" in old ? bagAt(header.results, "metrics") : undefined;
  const isVerdict = metrics === undefined ? isGrade(firstScored, first) : "accuracy" in metrics;
  // Values that are objects were split into scores of their own, which the results name.
  return { accuracy: isVerdict ? first : undefined, expected: [...new Set(expected)] };
}

function isGrade(sample: Bag | undefined, scorer: string | undefined): boolean {
  const score = isBag(sample?.score) ? sample.score : bagAt(bagAt(sample, "scores"), scorer ?? "");
  const { value } = currentOf(score);
  return typeof value === "boolean" || (typeof value === "string" && gradeOf(value) !== undefined);
}
