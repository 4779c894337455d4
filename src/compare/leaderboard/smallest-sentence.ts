import { fileSize, howMany, whole } from "../../core/figures.ts";
import type { SizedCandidate } from "../../core/leaderboard.ts";

/** A candidate by its name. */
export interface NamedCandidate extends Omit<SizedCandidate, "model"> {
  readonly name: string;
}

/** The smallest that is not worse, in words; that there is none; and of which smaller ones the samples do not tell. */
export function smallestSentence({
  parent,
  model,
  candidates,
  larger,
  evals,
}: {
  readonly parent: { readonly name: string; readonly bytes: number | null };
  readonly model: string | null;
  /** Smallest first. */
  readonly candidates: readonly NamedCandidate[];
  /** Models left out, since they are larger than the parent. */
  readonly larger: readonly { readonly name: string; readonly bytes: number }[];
  readonly evals: readonly string[];
}): string {
  const k = candidates.length;
  if (k === 0)
    return `No model here is known to be as small as ${parent.name}: there is nothing to choose from${nearlyAsSmall(larger, parent.bytes)}.`;
  const samples = Math.min(...candidates.flatMap(({ rules }) => rules.map(({ n }) => n)));
  const stands = `${Number.isFinite(samples) ? `${howMany(samples, "sample")}, ` : ""}95 % confidence${k > 1 ? ` for all ${k} together` : ""}`;
  const where = `by more than the margin on ${evals.length === 1 ? evals[0] : `any of ${evals.length} evals`} (${stands})`;
  const found = candidates.findIndex(({ name }) => name === model);
  const chosen = candidates[found];
  const smaller = candidates.slice(0, found < 0 ? k : found);
  if (chosen !== undefined) {
    const which = k === 1 ? "is" : `is the smallest of ${k} that is`;
    return `${chosen.name} (${sizeBeside(chosen.bytes, parent)}) ${which} not worse than ${parent.name} ${where}${untold(smaller)}.`;
  }
  const worse = candidates.filter(({ verdict }) => verdict === "worse").length;
  if (worse === k) {
    const all = k === 1 ? `${candidates[0]?.name} is worse` : `All ${k} models are worse`;
    return `${all} than ${parent.name} ${where}.`;
  }
  const none = k === 1 ? `It is not shown that ${candidates[0]?.name}` : `Of none of ${k} models is it shown that it`;
  return `${none} is not worse than ${parent.name} ${where}${untold(smaller)}.`;
}

function sizeBeside(bytes: number, parent: { readonly bytes: number | null }): string {
  if (parent.bytes === null) return fileSize(bytes);
  if (bytes === parent.bytes) return `${fileSize(bytes)}, the same size`;
  const [own, of] = [fileSize(bytes), fileSize(parent.bytes)];
  return own === of ? `${own}, ${bytesMore(parent.bytes - bytes)} smaller` : `${own} of ${of}`;
}

/** Of the least of the larger ones, where a reader sees two sizes that are the same. */
function nearlyAsSmall(larger: readonly { readonly name: string; readonly bytes: number }[], bytes: number | null): string {
  const [next] = larger.toSorted((a, b) => a.bytes - b.bytes);
  if (next === undefined || bytes === null || fileSize(next.bytes) !== fileSize(bytes)) return "";
  return ` (${next.name}, ${fileSize(next.bytes)} too, is ${bytesMore(next.bytes - bytes)} larger)`;
}

function bytesMore(bytes: number): string {
  return `${whole(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
}

/** Of those that might be it and are not shown to be. */
function untold(smaller: readonly NamedCandidate[]): string {
  const open = smaller.filter(({ verdict }) => verdict === "open");
  const [first] = open;
  if (first === undefined) return "";
  const who = open.length === 1 ? `${first.name}` : `${open.length} models`;
  const known = open
    .flatMap(({ name, more_samples: more }) => (more === null ? [] : [{ name, more }]))
    .sort((a, b) => a.more - b.more);
  const [nearest] = known;
  if (nearest === undefined) {
    const why = first.refused[0] ?? "no number of samples would settle it if this is the truth";
    return `; of ${who} nothing can be said${open.length === 1 ? `: ${why}` : ` (of ${first.name}: ${why})`}`;
  }
  const whose = open.length === 1 ? "" : ` for ${nearest.name}`;
  return `; of ${who} the samples do not tell: about ${whole(nearest.more)} more would${whose}, if the differences seen are the true ones`;
}
