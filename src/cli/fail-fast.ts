import { type FailFast, failFast, type Side } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import { canonicalJson } from "../core/json.ts";
import type { RunPlan } from "../engine/index.ts";

export interface FailFastSettings {
  readonly baseline: string;
  /** Over the eval's own; absent = that. */
  readonly margin?: number | undefined;
  readonly alpha: number;
}

/** What watches one run, and the words for what it stands on. */
export interface Watched {
  readonly watch: FailFast;
  readonly baseline: Side;
  readonly margin: number;
  readonly alpha: number;
}

/** Chance of stopping a model that is not worse than the margin, unless another is asked for. */
export const defaultAlpha = 0.01;

/** Watches the runs of one command against one baseline. */
export interface FailFastCommand {
  /** Before anything is asked: has this eval a baseline to be watched against? */
  prepare(spec: EvalSpec): Promise<void>;
  watch(plan: RunPlan): Promise<Watched>;
}

/** @param sideOf the baseline of an eval, by its concrete name */
export function openFailFast(
  { baseline: reference, margin: asked, alpha }: FailFastSettings,
  sideOf: (evalName: string) => Promise<Side | undefined>,
): FailFastCommand {
  async function against(spec: EvalSpec): Promise<{ baseline: Side; margin: number }> {
    const { name } = spec;
    const baseline = await sideOf(name);
    if (baseline === undefined) {
      throw new FinegaugeError("run.not-found", `${reference} has no run of ${name} to fail fast against`, {
        hint: `run the baseline's model on ${name}, or leave out --fail-fast`,
      });
    }
    const { primary } = baseline;
    const margin = asked ?? spec.gate?.margin?.[primary];
    if (margin === undefined) {
      throw usage(
        `${name} declares no margin of ${primary}`,
        `--margin 0.02, or gate: { margin: { ${primary}: 0.02 } } in the eval`,
      );
    }
    if (!(margin >= 0 && margin < 1)) throw usage(`${margin} is no margin of a share`, "0.02 is two points");
    if (baseline.columns.get(primary)?.unitRange !== true || spec.higher_is_better === false) {
      throw usage(`${primary} of ${name} is no score from 0 to 1 of which more is better`, "leave out --fail-fast");
    }
    return { baseline, margin };
  }

  return {
    async prepare(spec) {
      await against(spec);
    },
    async watch({ spec, source, attempts, line }) {
      const { baseline, margin } = await against(spec);
      if (canonicalJson(baseline.source.run.scorers) !== canonicalJson(line.scorers)) {
        throw usage(
          `the baseline of ${line.eval} was scored otherwise`,
          "finegauge rescore makes a run of it that is scored alike",
        );
      }
      const largest = source.largestGroup ?? source.selected;
      const groups = spec.group_by === undefined ? undefined : { path: spec.group_by, largest };
      return { watch: failFast({ baseline, attempts, margin, alpha, groups }), baseline, margin, alpha };
    },
  };
}

function usage(message: string, hint: string): FinegaugeError {
  return new FinegaugeError("cli.usage", message, { hint });
}
