import type { Method } from "./paired-methods.ts";
import type { World } from "./paired-worlds.ts";
import type { Random } from "./random-draws.ts";

/** How often a method is wrong about a world whose true difference is known. Shares of runs. */
export interface ErrorRates {
  /** 95 % intervals without the truth; of two equal models, false alarms. */
  readonly excluded: number;
  /** "Above the truth" at 5 %: with the truth at minus the margin, false passes. */
  readonly passed: number;
  /** "Below the truth" at 5 %: with the truth at minus the margin, false fails. */
  readonly failed: number;
}

/** Draws a world so many times, and lets every method judge each draw. */
export function errorRates<Name extends string>(
  world: World,
  methods: Readonly<Record<Name, Method>>,
  { runs, random }: { runs: number; random: Random },
): Record<Name, ErrorRates> {
  const names = Object.keys(methods) as Name[];
  const counts = new Map(names.map((name) => [name, { excluded: 0, passed: 0, failed: 0 }]));
  for (let run = 0; run < runs; run++) {
    const rows = world.draw(random);
    for (const [name, count] of counts) {
      const { value, pAbove, pBelow } = methods[name](rows);
      // The p of the other side is at least a half.
      const p = value > world.truth ? pAbove(world.truth) : pBelow(world.truth);
      if (p < 0.025) count.excluded++;
      if (p < 0.05) count[value > world.truth ? "passed" : "failed"]++;
    }
  }
  const share = (count: ErrorRates) => ({
    excluded: count.excluded / runs,
    passed: count.passed / runs,
    failed: count.failed / runs,
  });
  return Object.fromEntries([...counts].map(([name, count]) => [name, share(count)])) as Record<Name, ErrorRates>;
}
