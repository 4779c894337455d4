import { styleText } from "node:util";
import { type Changed, type NoiseFloor, noiseFloor, readSide, sizeText } from "../compare/index.ts";
import { howMany } from "../core/figures.ts";
import { openStoredRun } from "../runs/index.ts";
import type { Context } from "./context.ts";
import { note } from "./progress.ts";
import { type MatrixOptions, runMatrix } from "./run-matrix.ts";
import type { FinishedRun } from "./run-pair.ts";
import { oneLine } from "./table.ts";

export interface AskedTwice {
  /** Every run that was made, each an ordinary one. */
  readonly finished: readonly FinishedRun[];
  readonly floors: readonly NoiseFloor[];
}

/** Replies that a judge grades a second time. */
const gradedAgain = 100;

/**
 * A/A: every model is asked every eval twice, in two ordinary runs, and the two are compared. Where a model grades, recorded replies
 * of the first run are graded again in a third, so that the judge's share of the noise is known.
 *
 * Models that draw in this process draw anew in the second run. A seed that the sampling sends is sent twice: what it fixes is no noise.
 */
export async function runAa(context: Context, options: MatrixOptions): Promise<AskedTwice> {
  note("A/A: every model is asked twice, which takes twice what a plan line says", options);
  const anew = { ...options, resume: false } as const;
  const first = await runMatrix(context, anew);
  if (options.dryRun || options.stop.drain.aborted) return { finished: first, floors: [] };
  const second = await runMatrix(context, { ...anew, seed: options.seed + 1, announce: false, yes: true });
  const finished = [...first, ...second];
  const floors: NoiseFloor[] = [];
  for (const one of first) {
    const other = second.find((run) => run.eval === one.eval && run.model === one.model);
    if (!isComplete(one) || other === undefined || !isComplete(other)) {
      note(`${one.model} on ${one.eval}: no floor, since one of its two runs is not complete`, options);
      continue;
    }
    const [before, now] = [await readSide(await openStoredRun(one.file)), await readSide(await openStoredRun(other.file))];
    const again = before.facts.judges.length === 0 ? undefined : await gradeAgain(context, anew, one);
    if (again !== undefined) finished.push(again);
    const regraded = again !== undefined && isComplete(again) ? await readSide(await openStoredRun(again.file)) : undefined;
    const floor = await noiseFloor(before, now, {
      margin: now.spec.gate?.margin?.[now.primary] || null,
      judged: regraded && [before, regraded],
    });
    if (floor === null) note(`${one.model} on ${one.eval}: there are no two scores of a sample to compare`, options);
    else floors.push(floor);
    const cached = before.facts.cached + now.facts.cached;
    if (cached > 0) note(`warning: of the replies ${cached} came from a cache: their noise cannot be seen`, options);
  }
  return { finished, floors };
}

function isComplete(run: FinishedRun): run is FinishedRun & { readonly file: string } {
  return run.file !== undefined && run.end.status === "complete";
}

/** The first replies of a run, in its order, through the judge a second time. */
async function gradeAgain(
  context: Context,
  options: MatrixOptions,
  { file, eval: name, end }: FinishedRun & { readonly file: string },
): Promise<FinishedRun | undefined> {
  const most = Math.min(gradedAgain, options.maxSamples ?? end.counts.selected);
  const [graded] = await runMatrix(context, {
    ...options,
    models: [`replay:${file}`],
    evals: [name],
    maxSamples: most,
    announce: false,
    yes: true,
  });
  return graded;
}

/** What a person sees of the floors: what changed, what margin that leaves room for, and whether the eval's is one. */
export function aaLines(floors: readonly NoiseFloor[]): string[] {
  return floors.flatMap((floor) => {
    const { changed, unit_range: points, judge, declared } = floor;
    const label = (text: string) => styleText("dim", text.padEnd(9), { stream: process.stdout });
    const size = (value: number) => sizeText(value, points);
    const lines = [
      "",
      styleText("bold", oneLine(`${floor.model} on ${floor.eval}, asked twice`, 200), { stream: process.stdout }),
      `${label("noise")}${changedText(changed, "samples were scored otherwise the second time")}`,
      `${label("floor")}${size(floor.floor)}: no smaller margin lets these samples pass an unchanged model in four of five gates`,
      `${label("margin")}${size(floor.margin)} or more: as much may change as these samples do not rule out`,
    ];
    if (judge !== null) lines.push(`${label("judge")}${changedText(judge, "replies got another grade when graded again")}`);
    if (declared !== null) {
      const rate = `an unchanged model is inconclusive in ${Math.round(declared.unchanged.inconclusive * 100)} % of gates`;
      const text = `the eval declares a margin of ${size(declared.margin)}: ${rate}`;
      const warned = floor.below ? styleText("yellow", `warning: ${text}`, { stream: process.stdout }) : text;
      lines.push(
        floor.below ? `${warned}; ${howMany(declared.more_samples, "more sample")} would settle it` : `${label("gate")}${warned}`,
      );
    }
    return lines;
  });
}

function changedText({ changed, of, share, low, high }: Changed, what: string): string {
  const percent = (value: number) => (value * 100).toFixed(1);
  return `${changed} of ${of} ${what} (${percent(share)} %, 95 % interval ${percent(low)}–${percent(high)})`;
}
