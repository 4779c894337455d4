import type { Difference } from "./comparison.ts";
import { change, figure, fileSize, howMany, type Scale, scaleOf } from "./figures.ts";
import type { RuleResult } from "./gate.ts";
import type { Interval, Metric } from "./metric.ts";
import type { EndLine } from "./run-line.ts";

/** Models held against each other, eval by eval and over all evals. Everything a report says about them comes from here. */
export interface Leaderboard {
  /** Who can be told from whom, in one sentence; the same words in every format. */
  readonly sentence: string;
  /** Best first: by standing over evals, or on the only one. All other parts name a model by its place in this list. */
  readonly models: readonly LeaderboardModel[];
  /** In the order of their names. */
  readonly evals: readonly LeaderboardEval[];
  /** Every two models over the evals that both are ranked on; empty where there is one eval. */
  readonly duels: readonly Duel[];
  readonly fronts: readonly Front[];
  readonly trends: readonly Trend[];
  /** Present where a parent was named. */
  readonly smallest?: Smallest;
  /** What a reader must know before believing the numbers: one sentence each. */
  readonly notes: readonly string[];
}

interface LeaderboardModel {
  /** Unique on the board: the completion function, or `main (baseline)`. */
  readonly name: string;
  readonly completion_fn: string;
  /** Over all evals, or on the only one; null: it is ranked nowhere. */
  readonly standing: Standing | null;
}

/** How a model fares against the others over several evals. */
export interface Standing {
  readonly rank: RankRange;
  /**
   * Share of paired samples that it won, ties as half: the mean over its opponents, and over the evals shared with each. 0 to 1; null:
   * nobody to win against.
   */
  readonly won: number | null;
  /** 95 %, put together from those of the evals. null: nobody to win against, or no spread to measure. */
  readonly interval: Interval | null;
  /** Evals it is ranked on. */
  readonly evals: number;
}

/** 1 is best; equals share the better rank. */
export interface RankRange {
  /** 1 + the models ahead of it by the figures alone. */
  readonly rank: number;
  /** 1 + the models shown to be better. */
  readonly best: number;
  /** Ranked models less those shown to be worse. */
  readonly worst: number;
}

export interface LeaderboardEval {
  readonly name: string;
  /** What ranks: the primary metric of the newest run. */
  readonly metric: string;
  readonly unit: Metric["unit"];
  readonly better: "higher" | "lower";
  /** Samples that every ranked model was asked, with the same content and right answer. */
  readonly shared: number;
  /** Groups of samples that are not independent; null: all are. */
  readonly groups: number | null;
  /** By model; null: there is no run of it. */
  readonly cells: readonly (LeaderboardCell | null)[];
  /** Every two ranked models. */
  readonly duels: readonly Duel[];
}

/** One model on one eval. */
export interface LeaderboardCell {
  /** ULID of the run. */
  readonly run: string;
  /** ISO 8601. */
  readonly started: string;
  readonly status: EndLine["status"] | "unfinished";
  /** Of the whole run, whatever the others share with it. */
  readonly metric: Metric;
  readonly rank: RankRange | null;
  /** Why it has no rank. */
  readonly unranked?: string;
  /** What one reply took, on average; null = not known. */
  readonly cost: number | null;
  readonly tokens: number | null;
  /** Median, milliseconds. */
  readonly latency: number | null;
  /** What the model takes on disk; null = nobody knows, as of a hosted one. */
  readonly bytes: number | null;
  /** Tokens made in a second of a reply's time, which includes reading the prompt; null for what does not run on one's own machine. */
  readonly speed: number | null;
  /** How far it is from the model that it was made of, and how well it knows texts: `kl`, `same_top`, `bits_per_byte`, as far as scored. */
  readonly drift: readonly Metric[];
}

/** Which model is the smallest that is not worse than the one that all were made of. */
export interface Smallest {
  /** Place in `models`. */
  readonly parent: number;
  /** The answer in words, also that there is none, or that the samples do not tell. */
  readonly sentence: string;
  /** Place in `models`; null: of none is it shown. */
  readonly model: number | null;
  /** Models no larger than the parent, smallest first; of equal ones the better first. */
  readonly candidates: readonly SizedCandidate[];
}

/** A model held against its parent, on every eval that declares a margin. */
export interface SizedCandidate {
  readonly model: number;
  readonly bytes: number;
  /** All its rules pass by a gate's own rule, at the error rate `alpha`; one fails; or neither is shown. */
  readonly verdict: "not-worse" | "worse" | "open";
  /** What is left of 5 % for this one of several candidates (Holm). */
  readonly alpha: number;
  readonly rules: readonly RuleResult[];
  /** Why nothing is shown whatever the numbers say: an eval it was not run on, or what a gate refuses. */
  readonly refused: readonly string[];
  /** Open: how many more samples would settle it if the present differences are the true ones; null = none would, or nobody knows. */
  readonly more_samples: number | null;
}

/** Two models on the samples that both have scored. Counts are of samples; with several attempts their mean decides. */
export interface Duel {
  /** Places in `models`; `first` stands before `second` there. */
  readonly first: number;
  readonly second: number;
  readonly evals: number;
  readonly n: number;
  /** Samples that the first scored better on, that came out equal, that the second scored better on. */
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** By how much the first is better: on one eval in its metric, over several the mean of (wins − losses) / n. */
  readonly difference: number;
  /** Two-sided, of no difference; null: no test is possible. */
  readonly p: number | null;
  /** Holm over the duels of one eval, or over those over all evals. */
  readonly p_adjusted: number | null;
}

/** Quality against what a reply takes. A model is on the front when no other is as good and takes less, or better and takes as much. */
export interface Front {
  /** US dollars, median milliseconds, tokens, each of one reply; or the bytes of the model. */
  readonly by: "cost" | "latency" | "tokens" | "size";
  /** Place in `evals`; null: over the evals that all ranked models have, with the share won as quality. */
  readonly eval: number | null;
  readonly points: readonly FrontPoint[];
}

export interface FrontPoint {
  readonly model: number;
  readonly quality: number;
  readonly interval: Interval | null;
  readonly price: number;
  readonly on_front: boolean;
  /** The best of the models that are as good and take less, or better and take as much. */
  readonly beaten_by: number | null;
}

/** Runs of one completion function on one eval, oldest first; at least two. */
export interface Trend {
  readonly model: number;
  readonly eval: number;
  readonly steps: readonly TrendStep[];
}

export interface TrendStep {
  readonly run: string;
  readonly started: string;
  readonly status: EndLine["status"] | "unfinished";
  readonly metric: Metric;
  /** Since the step before, over the samples of both; null for the first, and where nothing could be paired. */
  readonly change: {
    readonly value: number;
    readonly interval: Interval | null;
    readonly n: number;
    readonly p: number;
    /** Holm over the steps of this trend. */
    readonly p_adjusted: number;
  } | null;
  /** What is not the same as at the step before, apart from the replies. */
  readonly differs: readonly Difference[];
}

/** `1`, or `1–3` where the rank is open. */
export function rankText({ best, worst }: RankRange): string {
  return best === worst ? String(best) : `${best}–${worst}`;
}

/** How the figures of an eval are written; all its models alike. */
export function scaleOfEval({ cells }: LeaderboardEval): Scale {
  return scaleOf(cells.flatMap((cell) => cell?.metric ?? []));
}

/** What one reply took, small prices by the thousand: `$0.42 per 1000`, `182 ms`, `96 tokens`; or what the model takes: `1.9 MB`. */
export function priceText(price: number, by: Front["by"]): string {
  if (by === "size") return fileSize(price);
  if (by === "cost") return `${figure(price * 1000, "usd")} per 1000`;
  return by === "latency" ? figure(price, "ms") : `${figure(price, "tokens")} tokens`;
}

/** One figure of how far models have moved, over all that have it. */
export interface DriftColumn {
  /** `kl`, or with its eval where several have it. */
  readonly head: string;
  /** By model: the figure as it is written; null: not scored. */
  readonly texts: readonly (string | null)[];
}

/** The figures of drift that any model on the board has, eval by eval. */
export function driftColumns({ models, evals }: Pick<Leaderboard, "models" | "evals">): DriftColumn[] {
  const found = evals.flatMap(({ name: on, cells }) => {
    const names = [...new Set(cells.flatMap((cell) => cell?.drift.map(({ name }) => name) ?? []))];
    return names.map((name) => {
      const values = models.map((_, model) => cells[model]?.drift.find((metric) => metric.name === name)?.value ?? null);
      return { on, name: name.slice(name.lastIndexOf(".") + 1), values };
    });
  });
  return found.map(({ on, name, values }) => ({
    head: found.filter((one) => one.name === name).length > 1 ? `${name} on ${on}` : name,
    texts: values.map((value) => (value === null ? null : driftText(value, name))),
  }));
}

/** A quantisation's divergence is small, and that it is not 0 is what there is to know of it. */
function driftText(value: number, name: string): string {
  if (name === "same_top") return figure(value, "percent");
  return value > 0 && value < 0.01 ? value.toPrecision(2) : figure(value, "plain");
}

/** What the first eval that knows it says of a model: its size and speed are no eval's own. */
export function knownOf({ evals }: Pick<Leaderboard, "evals">, model: number, what: "bytes" | "speed"): number | null {
  for (const { cells } of evals) {
    const found = cells[model]?.[what];
    if (found != null) return found;
  }
  return null;
}

/** The change, the end of its interval that decides, and what that is held against: `−0.3 points`, `≥ −1.1`, `−2.0`. */
export function sizedTexts(
  { evals }: Pick<Leaderboard, "evals">,
  { value, interval, bound, op, rule, eval: on }: RuleResult,
): { readonly change: string; readonly shown: string; readonly bound: string } {
  const cells = evals.find(({ name, metric }) => name === on && rule.includes(metric));
  const scale = cells === undefined ? "plain" : scaleOfEval(cells);
  const text = (number: number) => change(number, scale).replace(" points", "");
  const upwards = op === ">=" || op === ">";
  return {
    change: value === null ? "–" : text(value),
    shown: interval === null ? "–" : `${upwards ? "≥" : "≤"} ${text(upwards ? interval.low : interval.high)}`,
    bound: text(bound),
  };
}

/** A verdict in the words of a table: `not worse`, `worse`, `open: 400 more samples`. */
export function sizedVerdict({ verdict, refused, more_samples: more }: SizedCandidate): string {
  if (verdict === "worse") return "worse";
  if (verdict === "not-worse") return "not worse";
  const [why] = refused;
  if (why !== undefined) return `open: ${why}`;
  return more === null ? "open" : `open: ${howMany(more, "more sample")}`;
}
