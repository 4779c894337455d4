import type { Delta } from "../../core/comparison.ts";
import { change, changeRange, figure, range, scaleOf, whole } from "../../core/figures.ts";
import { findingWords, leakageWords } from "../../core/leakage-words.ts";
import type { Metric } from "../../core/metric.ts";
import type { PageComparison, PageData, PageRun } from "../page-data.ts";
import { columnOf, evalOf } from "./lookup.ts";
import { Reach, type Show } from "./reach.tsx";
import { Scroll } from "./scroll.tsx";
import { Untrusted } from "./untrusted.tsx";

/** Samples that are in the training data, and what is left of the numbers without them. */
export function Leaks({ data, show }: { data: PageData; show: Show }) {
  const compared = data.comparisons.filter(({ leakage }) => leakage !== undefined && leakage.leaked > 0);
  // Of runs that were compared the comparison tells it.
  const inPairs = new Set(compared.flatMap(({ runs }) => [runs.baseline, runs.candidate]));
  const alone = data.runs.filter((run, index) => run.leakage !== undefined && !inPairs.has(index));
  if (compared.length + alone.length === 0) return null;
  return (
    <section aria-labelledby="leakage">
      <h2 id="leakage">Samples in the training data</h2>
      {compared.map((one) => (
        <ComparedLeaks key={`${one.runs.baseline} ${one.runs.candidate}`} data={data} one={one} show={show} />
      ))}
      {alone.length > 0 && <RunLeaks data={data} runs={alone} show={show} />}
      <p class="legend">
        Clean: without the samples that were found in the training data. What a model does on those it may know by heart.
      </p>
    </section>
  );
}

function ComparedLeaks({ data, one, show }: { data: PageData; one: PageComparison; show: Show }) {
  const { leakage, pairing, deltas, on, baseline, candidate } = one;
  const [all] = deltas;
  if (leakage?.clean === undefined || all === undefined) return null;
  const name = data.evals[on]?.name ?? "";
  const words = leakageWords({ ...leakage, of: pairing.paired, noun: "pair", train: leakage.train.join(" and ") });
  return (
    <>
      <p>
        {data.evals.length > 1 && (
          <>
            <Untrusted text={name} />:{" "}
          </>
        )}
        <Untrusted text={words} />
        {". Clean pairs alone: "}
        <b>{findingWords[leakage.clean.finding]}</b>.
      </p>
      <Scroll>
        <table>
          <thead>
            <tr>
              <th scope="col">Pairs</th>
              <th scope="col" class="number">
                <Untrusted text={baseline.name} />
              </th>
              <th scope="col" class="number">
                <Untrusted text={candidate.name} />
              </th>
              <th scope="col" class="number">
                change
              </th>
            </tr>
          </thead>
          <tbody>
            <DeltaRow name="all" delta={all} />
            <DeltaRow name="clean" delta={leakage.clean.delta} show={show} to={{ eval: on, leaked: false }} />
            {leakage.dirty !== undefined && (
              <DeltaRow name="leaked" delta={leakage.dirty} show={show} to={{ eval: on, leaked: true }} />
            )}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

interface Ways {
  show?: Show;
  to?: { eval: number; leaked: boolean };
}

function DeltaRow({ name, delta, show, to }: { name: string; delta: Delta } & Ways) {
  const { baseline, candidate, value, interval, n, reason } = delta;
  const scale = scaleOf([baseline, candidate]);
  const side = (one: number | null) => (one === null ? "–" : figure(one, scale));
  return (
    <tr>
      <th scope="row">
        {name}{" "}
        <small class="quiet">
          n <Count n={n} show={show} to={to} />
        </small>
      </th>
      <td class="number">{side(baseline.value)}</td>
      <td class="number">{side(candidate.value)}</td>
      <td class="number">
        {value === null ? <Untrusted text={reason ?? "–"} /> : change(value, scale)}
        {interval && <span class="interval">{changeRange(interval, scale)}</span>}
      </td>
    </tr>
  );
}

function RunLeaks({ data, runs, show }: { data: PageData; runs: readonly PageRun[]; show: Show }) {
  const [only] = runs.length === 1 ? runs : [];
  return (
    <>
      {only?.leakage !== undefined && (
        <p>
          <Untrusted text={leakageWords({ ...only.leakage, of: only.leakage.samples })} />.
        </p>
      )}
      <Scroll>
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              {["all", "clean", "leaked"].map((part) => (
                <th key={part} scope="col" class="number">
                  {part}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <RunRow key={run.id} data={data} run={run} show={show} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function RunRow({ data, run, show }: { data: PageData; run: PageRun; show: Show }) {
  const { metrics, leakage } = run;
  const [all] = metrics;
  if (leakage?.scores === undefined || all === undefined) return null;
  const { clean, leaked } = leakage.scores;
  return (
    <tr>
      <th scope="row">
        <Untrusted text={columnOf(data, run)} />
        {data.evals.length > 1 && (
          <small>
            <Untrusted text={evalOf(data, run)} />
          </small>
        )}
      </th>
      <ScoreCell metric={all} />
      <ScoreCell metric={clean} show={show} to={{ eval: run.eval, leaked: false }} />
      <ScoreCell metric={leaked} show={show} to={{ eval: run.eval, leaked: true }} />
    </tr>
  );
}

function ScoreCell({ metric, show, to }: { metric: Metric } & Ways) {
  const { value, interval, n, reason } = metric;
  const scale = scaleOf([metric]);
  return (
    <td class="number">
      {value === null ? <Untrusted text={reason ?? "–"} /> : figure(value, scale)}
      {interval && <span class="interval">{range(interval, scale)}</span>}{" "}
      <small class="quiet">
        n <Count n={n} show={show} to={to} />
      </small>
    </td>
  );
}

/** Leads to the samples, where there are some to lead to. */
function Count({ n, show, to }: { n: number } & Ways) {
  if (to === undefined || n === 0) return <>{whole(n)}</>;
  return (
    <Reach show={show} class="link" to={to}>
      {whole(n)}
    </Reach>
  );
}
