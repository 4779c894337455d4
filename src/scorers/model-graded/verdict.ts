import type { GradingSpec } from "./grading-spec.ts";

/** What a judge made of one question; `choice` is undefined when its reply could not be read. */
export interface Said {
  readonly judge: string;
  readonly item: number;
  readonly swapped: boolean;
  readonly choice: string | undefined;
  readonly reason?: string | undefined;
}

/** What all judges made of one item. */
export interface Verdict {
  /** undefined: no judge could be read, or none had more votes than the others. */
  readonly choice: string | undefined;
  /** Each judge's own choice; undefined = unread. */
  readonly votes: ReadonlyMap<string, string | undefined>;
  /** Share of the votes that say `choice`. */
  readonly agreement: number | undefined;
  /** With both orders: the share of judges that chose the same in both. */
  readonly consistent?: number | undefined;
  /** With both orders: the share of wins that went to what was shown first, a tie counting for half; 0.5 = no bias seen. */
  readonly first?: number | undefined;
}

/** Puts together what was said about one item: a judge's two orders first, then the judges. */
export function verdictOf(said: readonly Said[], both: GradingSpec["both_orders"]): Verdict {
  const votes = new Map<string, string | undefined>();
  let [pairs, same, first] = [0, 0, 0];
  for (const judge of new Set(said.map((one) => one.judge))) {
    const own = said.filter((one) => one.judge === judge);
    const straight = own.find(({ swapped }) => !swapped)?.choice;
    if (both === undefined) {
      votes.set(judge, straight);
      continue;
    }
    const turned = own.find(({ swapped }) => swapped)?.choice;
    const back = turned === undefined ? undefined : turnedBack(turned, both.choices);
    if (straight === undefined || back === undefined) {
      votes.set(judge, undefined);
      continue;
    }
    pairs++;
    if (straight === back) same++;
    first += (firstWon(straight, both.choices) + firstWon(turned as string, both.choices)) / 2;
    votes.set(judge, straight === back ? straight : both.disagree);
  }
  const counted = new Map<string, number>();
  for (const vote of votes.values()) if (vote !== undefined) counted.set(vote, (counted.get(vote) ?? 0) + 1);
  const ranked = [...counted].sort(([, a], [, b]) => b - a);
  const [best, next] = ranked;
  const choice = best === undefined || best[1] === next?.[1] ? undefined : best[0];
  const all = ranked.reduce((sum, [, n]) => sum + n, 0);
  return {
    choice,
    votes,
    agreement: best === undefined ? undefined : best[1] / all,
    ...(pairs > 0 && { consistent: same / pairs, first: first / pairs }),
  };
}

type Turning = { readonly [choice: string]: string };

/** The choice that stands for the same thing when the two are in each other's place. */
function turnedBack(choice: string, turning: Turning): string {
  const back = Object.entries(turning).find(([, to]) => to === choice)?.[0];
  return Object.hasOwn(turning, choice) ? (turning[choice] as string) : (back ?? choice);
}

/** 1 when the choice is for what stands first, 0 for what stands second, else 0.5. The keys of the mapping are for the first. */
function firstWon(choice: string, turning: Turning): number {
  if (Object.hasOwn(turning, choice)) return 1;
  return Object.values(turning).includes(choice) ? 0 : 0.5;
}
