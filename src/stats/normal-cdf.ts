/**
 * The probability that a standard normal value falls below z; relative error about 1e-14, in the lower tail too.
 *
 * @see Marsaglia 2004 for the series; Laplace's continued fraction for the tails
 */
export function normalCdf(z: number): number {
  if (z > 0) return 1 - normalCdf(-z);
  if (z < -38.5) return 0;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  // Cancels away the digits of a small tail, which the fraction keeps.
  if (z > -2.5) return 0.5 - density * series(-z);
  return density * fraction(-z);
}

function series(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return sum;
}

function fraction(x: number): number {
  let value = x;
  for (let k = 100; k >= 1; k--) value = x + k / value;
  return 1 / value;
}
