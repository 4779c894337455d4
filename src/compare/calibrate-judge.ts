import type { JudgeCalibration, Share } from "../core/judge-calibration.ts";
import { clip } from "../stats/bounds.ts";
import { kappa } from "../stats/kappa.ts";
import { meanOf } from "../stats/mean.ts";
import { normalQuantile } from "../stats/normal.ts";
import { prevalence } from "../stats/prevalence.ts";

/** One of the judge's two verdicts: how often it gave it, and what people said about some of these replies. */
interface Stratum {
  /** Replies with this verdict. */
  readonly size: number;
  /** Labelled ones, unsure ones left out; drawn at random among `size`. */
  readonly labelled: number;
  /** Those among them that people pass. */
  readonly yes: number;
}

export interface JudgedStrata {
  readonly passed: Stratum;
  readonly failed: Stratum;
}

type Found = Pick<JudgeCalibration, "labels" | "kappa" | "base_rate" | "tpr" | "tnr" | "corrected" | "reason">;

const z = normalQuantile(0.975);

/** Fewer labels than this of one verdict tell little. */
const enough = 20;

/**
 * What a judge is worth by labels drawn within each of its verdicts, and the share that people would pass: PPI++ within each verdict, put
 * together by how often the judge gave it. Rates and kappa weigh each label by how many replies it stands for, so that drawing as many
 * passed as failed ones bends nothing.
 *
 * @see Angelopoulos, Duchi & Zrnic 2023; Fisch et al. 2024, Stratified Prediction-Powered Inference
 */
export function calibrateJudge({ passed, failed }: JudgedStrata): Found {
  const judged = passed.size + failed.size;
  const labels = passed.labelled + failed.labelled;
  const judge = judged === 0 ? 0 : passed.size / judged;
  const none = { labels, kappa: null, base_rate: { judge, people: null }, tpr: null, tnr: null, corrected: null };
  const lacking = [passed, failed].some(({ size, labelled }) => size > 0 && labelled === 0);
  if (labels < 2 || lacking) {
    return { ...none, reason: labels === 0 ? "nothing is labelled yet" : "labels of both of the judge's verdicts are needed" };
  }
  const [up, down] = [shareOf(passed), shareOf(failed)];
  const people = judge * up.mean + (1 - judge) * down.mean;
  // The judge's own share is known from its verdicts alone, which are a sample too.
  const ofJudge = (judge * (1 - judge) * (up.mean - down.mean) ** 2) / judged;
  const se = Math.sqrt(judge ** 2 * up.variance + (1 - judge) ** 2 * down.variance + ofJudge);
  const table = [
    [judge * up.mean, (1 - judge) * down.mean],
    [judge * (1 - up.mean), (1 - judge) * (1 - down.mean)],
  ].map((row) => row.map((share) => share * labels));
  const agreement = kappa(table);
  const few = Math.min(...[passed, failed].filter(({ size }) => size > 0).map(({ labelled }) => labelled));
  const reason =
    agreement.reason ?? (few < enough ? `only ${few} labels of one verdict: ${enough} and more say more` : undefined);
  return {
    labels,
    kappa: agreement.value,
    base_rate: { judge, people },
    tpr: rate(judge, up, 1 - judge, down),
    tnr: rate(1 - judge, turned(down), judge, turned(up)),
    corrected: { value: people, ...clip({ low: people - z * se, high: people + z * se }, 0, 1), se, method: "stratified-ppi++" },
    ...(reason !== undefined && { reason }),
  };
}

/** The same of another run of the judge, whose verdicts were not labelled: by the rates that it had elsewhere. */
export function carryCalibration(passed: number, judged: number, { tpr, tnr, labels, base_rate }: Found): Found["corrected"] {
  if (tpr === null || tnr === null || base_rate.people === null || judged === 0) return null;
  const positives = base_rate.people * labels;
  const negatives = labels - positives;
  if (positives === 0 || negatives === 0) return null;
  const rates = { sensitivity: tpr.value, positives, specificity: tnr.value, negatives };
  const found = prevalence(passed / judged, judged, rates);
  return found && { value: found.estimate, low: found.low, high: found.high, se: found.se, method: "rogan-gladen" };
}

interface PassShare {
  readonly mean: number;
  /** Of the mean; never 0, also where people were of one mind. */
  readonly variance: number;
  readonly n: number;
}

function shareOf({ size, labelled, yes }: Stratum): PassShare {
  if (size === 0) return { mean: 0, variance: 0, n: 0 };
  const mean = yes / labelled;
  const padded = (yes + 1) / (labelled + 2);
  const least = (padded * (1 - padded)) / labelled;
  if (labelled < 2 || yes === 0 || yes === labelled) return { mean, variance: least, n: labelled };
  // The judge says the same of all of them: PPI++ trusts it not at all there, and people's own mean is what is left.
  const { se } = meanOf(Array.from({ length: labelled }, (_, at) => (at < yes ? 1 : 0)));
  return { mean, variance: (se as number) ** 2, n: labelled };
}

function turned({ mean, variance, n }: PassShare): PassShare {
  return { mean: 1 - mean, variance, n };
}

/** The share a / (a + b) of a = one × its share and b = other × its share, with an interval on the scale of log odds. */
function rate(one: number, of: PassShare, other: number, beside: PassShare): Share | null {
  const [a, b] = [one * of.mean, other * beside.mean];
  if (a + b === 0) return null;
  const value = a / (a + b);
  const half = (weight: number, { mean, variance, n }: PassShare) => {
    const padded = n === 0 ? 0 : (mean * n + 0.5) / (n + 1);
    return padded === 0 || weight === 0
      ? { log: Number.NEGATIVE_INFINITY, spread: 0 }
      : { log: Math.log(weight * padded), spread: variance / padded ** 2 };
  };
  const [mine, yours] = [half(one, of), half(other, beside)];
  if (!Number.isFinite(mine.log) || !Number.isFinite(yours.log))
    return { value, low: Math.min(value, 0), high: Math.max(value, 1) };
  const [centre, spread] = [mine.log - yours.log, z * Math.sqrt(mine.spread + yours.spread)];
  const share = (odds: number) => 1 / (1 + Math.exp(-odds));
  return { value, low: Math.min(value, share(centre - spread)), high: Math.max(value, share(centre + spread)) };
}
