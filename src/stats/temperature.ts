export interface Temperature {
  /** Above 1: the model was too sure. At an end of [0.01, 100] no finite temperature is best. */
  readonly temperature: number;
  /** Mean negative log-likelihood in nats, as it was. */
  readonly before: number;
  /** With the temperature. */
  readonly after: number;
}

const coldest = 0.01;
const hottest = 100;

/**
 * Temperature scaling: the one number by which to divide a model's logits so that its probabilities fit what came true. Fit it on
 * other samples than those whose calibration is reported.
 *
 * @param logits for each sample, of each class; log-probabilities do as well, also minus infinity for a class that did not come true
 * @param labels for each sample, the class that came true
 * @see Guo et al. 2017, section 4.2
 */
export function fitTemperature(logits: readonly ArrayLike<number>[], labels: ArrayLike<number>): Temperature {
  check(logits, labels);
  // The loss is convex in 1 / temperature, so its slope crosses 0 once.
  let [low, high] = [Math.log(1 / hottest), Math.log(1 / coldest)];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (lossAt(Math.exp(middle), logits, labels).slope < 0) low = middle;
    else high = middle;
  }
  const sharpness = Math.min(1 / coldest, Math.max(1 / hottest, Math.exp((low + high) / 2)));
  const before = lossAt(1, logits, labels).loss;
  const after = lossAt(sharpness, logits, labels).loss;
  // Where no temperature is better than another, such as for equal logits, none is needed.
  return after < before ? { temperature: 1 / sharpness, before, after } : { temperature: 1, before, after: before };
}

/** Probabilities of logits divided by a temperature. */
export function softmax(logits: ArrayLike<number>, temperature = 1): number[] {
  if (!(temperature > 0)) throw new RangeError(`softmax: a temperature of ${temperature}`);
  const most = largest(logits);
  const weights = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Mean loss and its slope, when logits are multiplied by `sharpness`. */
function lossAt(
  sharpness: number,
  logits: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
): { loss: number; slope: number } {
  let [loss, slope] = [0, 0];
  for (const [i, row] of logits.entries()) {
    const most = largest(row);
    let [sum, weighted] = [0, 0];
    for (let j = 0; j < row.length; j++) {
      const off = (row[j] as number) - most;
      const weight = Math.exp(sharpness * off);
      sum += weight;
      if (weight > 0) weighted += weight * off;
    }
    const own = (row[labels[i] as number] as number) - most;
    loss += Math.log(sum) - sharpness * own;
    slope += weighted / sum - own;
  }
  return { loss: loss / logits.length, slope: slope / logits.length };
}

function largest(values: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i] as number);
  return most;
}

function check(logits: readonly ArrayLike<number>[], labels: ArrayLike<number>): void {
  if (!(logits.length > 0 && logits.length === labels.length)) {
    throw new RangeError(`fitTemperature: ${logits.length} rows, ${labels.length} labels`);
  }
  for (const [i, row] of logits.entries()) {
    if (!Number.isFinite(row[labels[i] as number])) throw new RangeError(`fitTemperature: class ${labels[i]} has no logit`);
    for (let j = 0; j < row.length; j++) {
      if (!((row[j] as number) < Number.POSITIVE_INFINITY)) throw new RangeError(`fitTemperature: a logit of ${row[j]}`);
    }
  }
}
