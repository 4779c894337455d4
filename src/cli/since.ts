import { compareSides, linesOf, readSide, type Side } from "../compare/index.ts";
import { openStoredRun } from "../runs/index.ts";
import { attemptOf, flipLine } from "./diff-lines.ts";
import type { FinishedRun } from "./run-pair.ts";
import { scoreAlike } from "./score-alike.ts";
import { oneLine } from "./table.ts";

/** Reading two runs again takes longer than people wait unasked. */
const mostSamples = 100_000;
const shownRegressions = 3;

/** What a finished run says beside its baseline, or the run before it: the sentence of `diff`, and the first regressions. */
export async function sinceLines({ file, previous, end, samples }: FinishedRun, baseline?: Side): Promise<string[]> {
  if (file === undefined || end.status === "failed" || samples > mostSamples) return [];
  // What came from the cache is what an earlier run got: beside that one it would look steady.
  if (baseline === undefined && (end.cached?.replies ?? 0) > 0) return [];
  const before = baseline ?? (previous && (await readSide(await openStoredRun(previous.file))));
  if (before === undefined) return [];
  const candidate = await readSide(await openStoredRun(file));
  const alike = await scoreAlike(before, candidate);
  const { comparison, table, flipPlaces } = await compareSides(alike.baseline, candidate, {
    flips: 50,
    rescored: alike.rescored,
  });
  if (comparison.pairing.paired === 0) return [];
  const regressions = comparison.flips.flatMap((flip, at) =>
    flip.kind === "regression" ? [{ flip, at: flipPlaces[at] ?? -1 }] : [],
  );
  const shown = regressions.slice(0, shownRegressions);
  const rows = shown.map(({ at }) => ({ now: table.rows.candidate[at] ?? -1, before: table.rows.baseline[at] ?? -1 }));
  const now = await linesOf(
    candidate,
    rows.map((row) => row.now),
  );
  const then = await linesOf(
    alike.baseline,
    rows.map((row) => row.before),
  );
  return [
    oneLine(comparison.sentence, 600),
    ...shown.map(({ flip }, at) => {
      const texts = {
        candidate: attemptOf(now.get(rows[at]?.now ?? -1), false),
        baseline: attemptOf(then.get(rows[at]?.before ?? -1), true),
      };
      return `  ${flipLine({ flip, ...texts }, 150)}`;
    }),
  ];
}
