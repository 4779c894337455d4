/**
 * Brier score: mean squared distance of probabilities from what came true.
 *
 * @param ps probability of 1
 * @param ys 0 or 1
 * @see Brier 1950
 */
export function brier(ps: ArrayLike<number>, ys: ArrayLike<number>): number {
  return meanLoss("brier", ps, ys, (p, y) => (p - y) ** 2);
}

/** Mean negative log-likelihood, in nats. A probability of 0 for what came true counts as 1e-15, so that the mean stays finite. */
export function logLoss(ps: ArrayLike<number>, ys: ArrayLike<number>): number {
  return meanLoss("logLoss", ps, ys, (p, y) => -Math.log(Math.max(leastProbability, y === 1 ? p : 1 - p)));
}

/**
 * Brier score over several classes: summed over them, so between 0 and 2, and for two classes twice `brier`.
 *
 * @param rows for each sample, the probability of each class
 * @param labels for each sample, the class that came true
 */
export function brierOfClasses(rows: readonly ArrayLike<number>[], labels: ArrayLike<number>): number {
  return meanOfRows("brierOfClasses", rows, labels, (row, label) => {
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += ((row[i] as number) - (i === label ? 1 : 0)) ** 2;
    return sum;
  });
}

/** `logLoss` over several classes. */
export function logLossOfClasses(rows: readonly ArrayLike<number>[], labels: ArrayLike<number>): number {
  return meanOfRows(
    "logLossOfClasses",
    rows,
    labels,
    (row, label) => -Math.log(Math.max(leastProbability, row[label] as number)),
  );
}

const leastProbability = 1e-15;

function meanLoss(name: string, ps: ArrayLike<number>, ys: ArrayLike<number>, loss: (p: number, y: number) => number): number {
  checkForecasts(name, ps, ys);
  let sum = 0;
  for (let i = 0; i < ps.length; i++) sum += loss(ps[i] as number, ys[i] as number);
  return sum / ps.length;
}

function meanOfRows(
  name: string,
  rows: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  loss: (row: ArrayLike<number>, label: number) => number,
): number {
  if (!(rows.length > 0 && rows.length === labels.length))
    throw new RangeError(`${name}: ${rows.length} rows, ${labels.length} labels`);
  let sum = 0;
  for (const [i, row] of rows.entries()) {
    const label = labels[i] as number;
    if (!(Number.isInteger(label) && label >= 0 && label < row.length)) throw new RangeError(`${name}: ${label} is no class`);
    for (let j = 0; j < row.length; j++) {
      if (!((row[j] as number) >= 0 && (row[j] as number) <= 1)) throw new RangeError(`${name}: ${row[j]} is no probability`);
    }
    sum += loss(row, label);
  }
  return sum / rows.length;
}

/** Refuses what are no probabilities with outcomes of 0 or 1. */
export function checkForecasts(name: string, ps: ArrayLike<number>, ys: ArrayLike<number>): void {
  if (!(ps.length > 0 && ps.length === ys.length))
    throw new RangeError(`${name}: ${ps.length} probabilities, ${ys.length} outcomes`);
  for (let i = 0; i < ps.length; i++) {
    if (!((ps[i] as number) >= 0 && (ps[i] as number) <= 1)) throw new RangeError(`${name}: ${ps[i]} is no probability`);
    if (ys[i] !== 0 && ys[i] !== 1) throw new RangeError(`${name}: ${ys[i]} is no outcome`);
  }
}
