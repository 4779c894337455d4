import { whole } from "../../core/figures.ts";
import type { Leaderboard } from "../../core/leaderboard.ts";

/** Names in a sentence before the rest are counted. */
const mostNamed = 4;

/** Who can be told from whom, in one sentence. */
export function leaderboardSentence({ models, evals, duels }: Pick<Leaderboard, "models" | "evals" | "duels">): string {
  const ranked = models.flatMap(({ name, standing }, at) => (standing === null ? [] : [{ name, at, ...standing }]));
  const [only] = evals;
  const where = evals.length === 1 && only !== undefined ? `on ${only.name}` : `over ${evals.length} evals`;
  const [first, second] = ranked;
  if (first === undefined) return "No model can be ranked: nothing was scored.";
  if (second === undefined) return `${first.name} is alone ${where}: there is nobody to hold it against.`;
  const shared = evals.reduce((sum, one) => sum + one.shared, 0);
  const stands = `${whole(shared)} shared ${shared === 1 ? "sample" : "samples"}, 95 % confidence`;
  const leaders = ranked.filter(({ rank }) => rank.best === 1);
  const told = (evals.length === 1 ? (only?.duels ?? []) : duels).filter(
    ({ p_adjusted }) => p_adjusted !== null && p_adjusted < 0.05,
  );
  if (told.length === 0) return `No two of the ${ranked.length} models can be told apart ${where} (${stands}).`;
  if (leaders.length > 1) {
    return `First of ${ranked.length} ${where} may be ${names(leaders)}: nobody is shown to be ahead of them (${stands}).`;
  }
  const leader = leaders[0] ?? first;
  const surely = leader.rank.worst === 1;
  const others = ranked.length === 2 ? second.name : `all ${ranked.length - 1} others`;
  const behind = evals.length === 1 ? [] : evals.filter((one) => isBehind(one, leader.at)).map(({ name }) => ({ name }));
  const but = behind.length === 0 ? "" : `, but behind on ${names(behind, "and")}`;
  if (surely) return `${leader.name} is ahead of ${others} ${where}${but} (${stands}).`;
  return `Nobody is shown to be ahead of ${leader.name} ${where}${but} (${stands}).`;
}

function isBehind({ duels }: Leaderboard["evals"][number], model: number): boolean {
  return duels.some(
    ({ first, second, difference, p_adjusted }) =>
      p_adjusted !== null && p_adjusted < 0.05 && ((first === model && difference < 0) || (second === model && difference > 0)),
  );
}

function names(all: readonly { readonly name: string }[], word = "or"): string {
  const shown = all.slice(0, mostNamed).map(({ name }) => name);
  if (all.length > mostNamed) shown.push(`${all.length - mostNamed} more`);
  return shown.length === 1 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} ${word} ${shown.at(-1)}`;
}
