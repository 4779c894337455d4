import type { Units } from "./unseen-margin.ts";

/** Each sample is a unit. */
export function unitsOfSamples(differences: Float64Array): Units {
  const sums = differences.filter((difference) => difference !== 0);
  return { sums, sizes: new Float64Array(sums.length).fill(1), still: differences.length - sums.length };
}

/** Each group is a unit, and so is each sample of group 0. */
export function unitsOfGroups(differences: Float64Array, groups: Uint32Array): Units {
  let most = 0;
  for (const group of groups) most = Math.max(most, group);
  const sums = new Float64Array(most + 1);
  const sizes = new Float64Array(most + 1);
  const alone: number[] = [];
  let still = 0;
  for (let i = 0; i < differences.length; i++) {
    const group = groups[i] as number;
    const difference = differences[i] as number;
    if (group > 0) {
      sums[group] = (sums[group] as number) + difference;
      sizes[group] = (sizes[group] as number) + 1;
    } else if (difference === 0) still++;
    else alone.push(difference);
  }
  const met = Array.from(sizes.keys()).filter((group) => (sizes[group] as number) > 0);
  return {
    sums: Float64Array.from([...met.map((group) => sums[group] as number), ...alone]),
    sizes: Float64Array.from([...met.map((group) => sizes[group] as number), ...alone.map(() => 1)]),
    still,
  };
}

export function countOf({ sums, still }: Units): number {
  return sums.length + still;
}

/** The same units with the sides swapped. */
export function swapped(units: Units): Units {
  return { ...units, sums: units.sums.map((sum) => -sum) };
}
