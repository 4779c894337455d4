/**
 * pass@k: the chance that at least one of k attempts drawn from the n made is right.
 *
 * @param right of the n attempts
 * @see Chen et al. 2021, eq. 1
 */
export function passAtK(n: number, right: number, k: number): number {
  check("passAtK", n, right, k);
  return 1 - allOf(n, n - right, k);
}

/**
 * pass^k: the chance that k attempts drawn from the n made are all right.
 *
 * @see Yao et al. 2024, tau-bench, section 4
 */
export function passAllK(n: number, right: number, k: number): number {
  check("passAllK", n, right, k);
  return allOf(n, right, k);
}

/** C(some, k) / C(n, k), without the large numbers. */
function allOf(n: number, some: number, k: number): number {
  let chance = 1;
  for (let i = 0; i < k && chance > 0; i++) chance *= (some - i) / (n - i);
  return chance;
}

function check(name: string, n: number, right: number, k: number): void {
  const whole = [n, right, k].every((value) => Number.isInteger(value) && value >= 0);
  if (!(whole && right <= n && k >= 1 && k <= n)) throw new RangeError(`${name}: ${k} of ${n} attempts, ${right} right`);
}
