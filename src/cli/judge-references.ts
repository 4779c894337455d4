import { afterSecondLook, judgeGate, lookAlpha } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { GateResult } from "../core/gate.ts";
import type { Context } from "./context.ts";
import { findGateSides, type OpenedCase, openCases } from "./gate-cases.ts";
import { askMore, askMustPass } from "./gate-more.ts";
import { type GateTextOptions, gateTexts } from "./gate-texts.ts";
import { leakCover, refuseUnfit } from "./leakage-over.ts";

export interface JudgeOptions extends GateTextOptions {
  /** Only these evals. */
  readonly eval?: readonly string[] | undefined;
  /** Ask up to so many unused samples more where the first look settles nothing. */
  readonly settle?: number | undefined;
  /** Ask models again: what must pass and did not, and what `settle` says. */
  readonly ask: boolean;
  readonly quiet?: boolean | undefined;
  /** Leak files. */
  readonly leaks?: readonly string[] | undefined;
}

/** A gate's result, and what it stands on. */
interface Judged {
  readonly result: GateResult;
  readonly cases: readonly OpenedCase[];
}

/**
 * Judges the rules of candidates against a baseline, eval by eval.
 *
 * @throws FinegaugeError `cli.usage`, `run.not-found`, `gate.rule-invalid`, `gate.no-rules`, and what reading runs and registry throws
 */
export async function judgeReferences(
  context: Context,
  baseline: string,
  candidates: readonly string[],
  options: JudgeOptions,
): Promise<Judged> {
  const { settle, ask } = options;
  if (settle !== undefined && !ask) {
    throw new FinegaugeError("cli.usage", "--settle asks for more samples, and --no-ask forbids it", {
      hint: "leave one of them out",
    });
  }
  const { out, baselines } = context.settings;
  const told: string[] = [];
  const tell = options.quiet ? (text: string) => void told.push(text) : undefined;
  const notes: string[] = [];
  const unfit = new Set(options.leaks);
  const cover = leakCover(
    options.leaks,
    (text) => void notes.push(text),
    (file) => void unfit.delete(file),
  );
  const found = await findGateSides(baseline, candidates, {
    ...{ out, baselines, evals: options.eval, tell, cover },
    models: () => context.registry.completionFnNames(),
  });
  notes.push(...found.notes, ...told);

  let cases = await openCases(found, gateTexts(context.registry, options));
  refuseUnfit(unfit);
  if (ask) cases = await askMustPass(context, cases, options, notes);
  const alpha = settle === undefined ? 0.05 : lookAlpha;
  const today = new Date().toISOString().slice(0, 10);
  const result = judgeGate({ cases: cases.map((one) => one.gate), alpha, today, notes });
  if (settle === undefined || result.verdict !== "inconclusive") return { result, cases };
  const more = await askMore(context, cases, result, { ...options, settle }, notes);
  const second = judgeGate({ cases: more.map((one) => one.gate), alpha, today, notes });
  return { result: afterSecondLook(result, second), cases: more };
}
