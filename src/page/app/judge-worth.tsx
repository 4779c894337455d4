import { figure, range, whole } from "../../core/figures.ts";
import type { JudgeCalibration, Share } from "../../core/judge-calibration.ts";
import type { PageData, PageRun } from "../page-data.ts";
import { columnOf, evalOf } from "./lookup.ts";
import { Scroll } from "./scroll.tsx";
import { Untrusted } from "./untrusted.tsx";

/** What judges' verdicts are worth, by people who labelled some of the same replies. */
export function JudgeWorth({ data }: { data: PageData }) {
  const labelled = data.runs.flatMap((run) =>
    run.judge_calibration === undefined ? [] : [{ run, worth: run.judge_calibration }],
  );
  if (labelled.length === 0) return null;
  return (
    <>
      <h3 id="judge-worth">Checked by people</h3>
      <Scroll>
        <table class="plain" aria-labelledby="judge-worth">
          <thead>
            <tr>
              <th scope="col">Run</th>
              {["labels", "passed by the judge", "passed by people", "kappa", "TPR", "TNR", "corrected score"].map((head) => (
                <th key={head} scope="col" class="number">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labelled.map(({ run, worth }) => (
              <tr key={run.id}>
                <th scope="row">
                  <Untrusted text={nameOf(data, run)} />
                  {reasonOf(worth) !== undefined && (
                    <small class={worth.state === "void" ? "warn reason" : "reason"}>
                      <Untrusted text={reasonOf(worth) ?? ""} />
                    </small>
                  )}
                </th>
                <td class="number">{whole(worth.labels)}</td>
                {worth.state === "void" ? (
                  <td class="number" colSpan={6}>
                    <span class="quiet">void</span>
                  </td>
                ) : (
                  <Worth worth={worth} />
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="legend">
        TPR: of the replies that people pass, the share that the judge passes; TNR: of those they fail, the share it fails. Kappa:
        agreement beyond chance, to be read beside the two shares that pass. Corrected: the score that people would give to all
        replies.
      </p>
    </>
  );
}

function Worth({ worth: { kappa, base_rate, tpr, tnr, corrected } }: { worth: JudgeCalibration }) {
  return (
    <>
      <td class="number">{figure(base_rate.judge, "percent")}</td>
      <td class="number">{base_rate.people === null ? "–" : figure(base_rate.people, "percent")}</td>
      <td class="number">{kappa === null ? "not defined" : kappa.toFixed(2).replace("-", "−")}</td>
      <ShareCell of={tpr} />
      <ShareCell of={tnr} />
      <ShareCell of={corrected} />
    </>
  );
}

function ShareCell({ of }: { of: Share | null }) {
  return (
    <td class="number">
      {of === null ? (
        "–"
      ) : (
        <>
          {figure(of.value, "percent")}
          <small>{range(of, "percent")}</small>
        </>
      )}
    </td>
  );
}

function nameOf(data: PageData, run: PageRun): string {
  return data.evals.length === 1 ? columnOf(data, run) : `${columnOf(data, run)} on ${evalOf(data, run)}`;
}

function reasonOf({ state, reason, run }: JudgeCalibration): string | undefined {
  if (state === "void") return `labels are void: ${reason ?? "they are of another judge or prompt"}`;
  const carried = state === "carried" ? `labels of run ${run}` : undefined;
  return [carried, reason].filter((part) => part !== undefined).join("; ") || undefined;
}
