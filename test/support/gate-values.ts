import {
  compareSides,
  expressionDeltas,
  type GateCase,
  type GateTexts,
  judgeGate,
  openGate,
  type Side,
} from "../../src/compare/index.ts";
import type { GateResult } from "../../src/core/gate.ts";
import type { SampleLine } from "../../src/core/run-line.ts";
import { judged, sideOf } from "./side-values.ts";

export const today = "2026-11-20";

/** Two sides of `n` samples: `both` pass twice, `worse` before alone, `better` now alone. */
export async function sides(n: number, { both = 0, worse = 0, better = 0 }): Promise<{ baseline: Side; candidate: Side }> {
  const before = (index: number) => index < both + worse;
  const now = (index: number) => index < both || (index >= both + worse && index < both + worse + better);
  const lines = (passed: (index: number) => boolean) => Array.from({ length: n }, (_, index) => judged(index, passed(index)));
  const model = (name: string) => ({ completion_fn: name, id: `run of ${name}`, model: { fn: "module", model: name } });
  return { baseline: await sideOf(lines(before), model("old")), candidate: await sideOf(lines(now), model("new")) };
}

export async function caseOf(
  baseline: Side | undefined,
  candidate: Side,
  texts: Partial<GateTexts> & { rule?: string | readonly string[] },
): Promise<GateCase> {
  const { rule = [], ...more } = texts;
  const rules = [rule].flat().map((text) => ({ text }));
  const compared =
    baseline && (await compareSides(baseline, candidate, { derived: await expressionDeltas(candidate.spec.metrics) }));
  return openGate(candidate, compared, { rules, margin: {}, inconclusive: "fail", quarantine: [], ...more });
}

export async function gated(
  baseline: Side | undefined,
  candidate: Side,
  texts: Parameters<typeof caseOf>[2],
): Promise<GateResult> {
  return judgeGate({ cases: [await caseOf(baseline, candidate, texts)], today });
}

/** n samples, of which the first `right` are. */
export function rightLines(
  n: number,
  right: number,
  more: (index: number) => Parameters<typeof judged>[2] = () => ({}),
): SampleLine[] {
  return Array.from({ length: n }, (_, index) => judged(index, index < right, more(index)));
}
