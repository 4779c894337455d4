import type { Usage } from "../core/completion.ts";

/** Tokens and dollars of many replies. */
export interface Spending {
  add(usage: Usage | undefined, cost: number | undefined): void;
  /** A part that no reply reported is absent, save input and output. */
  usage(): Usage;
  /** undefined when no reply had a price. */
  cost(): number | undefined;
}

/** Whole numbers of this sum exactly in any order, up to 9,000 dollars between two carries. */
const picosPerDollar = 1e12;

/** Sums that come out the same in whatever order the replies came. */
export function spending(): Spending {
  let [input, output, cached, reasoning] = [0, 0, 0, 0];
  let [hasCached, hasReasoning, hasCost] = [false, false, false];
  let [dollars, picos] = [0, 0];
  return {
    add(usage, cost) {
      if (usage !== undefined) {
        input += usage.input;
        output += usage.output;
        if (usage.cached !== undefined) {
          cached += usage.cached;
          hasCached = true;
        }
        if (usage.reasoning !== undefined) {
          reasoning += usage.reasoning;
          hasReasoning = true;
        }
      }
      if (cost === undefined) return;
      hasCost = true;
      const whole = Math.floor(cost);
      dollars += whole;
      picos += Math.round((cost - whole) * picosPerDollar);
      if (picos >= picosPerDollar) {
        picos -= picosPerDollar;
        dollars++;
      }
    },
    usage: () => ({ input, output, ...(hasCached && { cached }), ...(hasReasoning && { reasoning }) }),
    cost: () => (hasCost ? dollars + picos / picosPerDollar : undefined),
  };
}
