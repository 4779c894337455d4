import { duration, figure, mainMetric, moment, naturalCount, range, scaleOf, whole } from "../../core/figures.ts";
import type { Leaderboard } from "../../core/leaderboard.ts";
import type { PageData, PageRun } from "../page-data.ts";
import { columnOf, evalOf } from "./lookup.ts";
import { shorten } from "./shorten.ts";
import { Untrusted } from "./untrusted.tsx";

/** What the report is about, in one line. */
export function titleOf({ evals, columns, comparisons, runs, leaderboard }: PageData): string {
  if (leaderboard !== undefined) {
    const { models, evals: ranked } = leaderboard;
    return `${models.length} models on ${ranked.length === 1 ? ranked[0]?.name : `${ranked.length} evals`}`;
  }
  const [first] = comparisons;
  if (first !== undefined && columns.length === 2) {
    const name = (run: number) => columns[runs[run]?.column ?? -1] ?? "";
    return `${name(first.runs.candidate)} against ${name(first.runs.baseline)}`;
  }
  if (evals.length === 1) return evals[0]?.name ?? "";
  return columns.length <= 3 ? new Intl.ListFormat("en").format(columns) : `${columns.length} models on ${evals.length} evals`;
}

export function Masthead({ data }: { data: PageData }) {
  const { evals, runs } = data;
  const only = runs.length === 1 ? runs[0] : undefined;
  // A verdict stands below, and is what matters.
  const told = data.comparisons.length > 0 || data.gate !== undefined || data.leaderboard !== undefined;
  return (
    <header class="masthead">
      <div class="top">
        <p class="wordmark">Finegauge</p>
        <nav aria-label="Sections">
          {data.comparisons.length > 0 && <a href="#changes">Changes</a>}
          <a href={data.leaderboard === undefined ? "#results" : "#board"}>Results</a>
          <a href="#provenance">Provenance</a>
          {!data.no_samples && <a href="#samples">Samples</a>}
        </nav>
      </div>
      <h1 class={told ? "small" : undefined}>
        <Untrusted text={titleOf(data)} />
      </h1>
      {evals.length === 1 && evals[0]?.description !== undefined && (
        <p class="description">{shorten(evals[0].description, 400)}</p>
      )}
      <p class="facts">{only ? <RunFacts data={data} run={only} /> : <ReportFacts data={data} />}</p>
      {runs.map((run) => (
        <Banner key={run.id} data={data} run={run} />
      ))}
      {only && !told && <Headline run={only} />}
      {data.leaderboard && <BoardHeadline board={data.leaderboard} />}
    </header>
  );
}

function RunFacts({ data, run }: { data: PageData; run: PageRun }) {
  return (
    <>
      <span>
        <Untrusted text={columnOf(data, run)} />
      </span>
      <span>{moment(run.started)}</span>
      <span>{whole(run.counts.selected)} samples</span>
      <span>{run.status}</span>
      {run.wall_ms !== undefined && <span>{duration(run.wall_ms)}</span>}
      {run.cost !== undefined && <span>{figure(run.cost, "usd")}</span>}
    </>
  );
}

function ReportFacts({ data: { evals, columns, runs, comparisons } }: { data: PageData }) {
  const last = runs
    .map((run) => run.started)
    .sort()
    .at(-1);
  return (
    <>
      {evals.length === 1 && comparisons.length > 0 && (
        <span>
          <Untrusted text={evals[0]?.name ?? ""} />
        </span>
      )}
      {evals.length === 1 && columns.length !== 2 && <span>{columns.length} models</span>}
      {evals.length > 1 && columns.length <= 3 && <span>{evals.length} evals</span>}
      <span>{runs.length} runs</span>
      {last !== undefined && <span>{moment(last)}</span>}
    </>
  );
}

/** Says of a run that is not complete what its numbers stand on. */
function Banner({ data, run }: { data: PageData; run: PageRun }) {
  const { status, reason, counts } = run;
  if (status === "complete") return null;
  const what = {
    stopped: "was stopped",
    failed: "failed",
    unfinished: "is unfinished",
  }[status];
  return (
    <p class="banner" role="status">
      <strong>
        {data.runs.length === 1 ? "This run" : <Untrusted text={`${columnOf(data, run)} on ${evalOf(data, run)}`} />} {what}
        {reason !== undefined && (
          <>
            {": "}
            <Untrusted text={reason} />
          </>
        )}
        .
      </strong>{" "}
      {whole(counts.done)} of {whole(counts.selected)} samples are done
      {counts.errors > 0 && `, ${whole(counts.errors)} of them errors`}. The numbers below stand on those alone.
    </p>
  );
}

/** Who can be told from whom. */
function BoardHeadline({ board: { sentence, notes } }: { board: Leaderboard }) {
  return (
    <>
      <p class="board-sentence">
        <Untrusted text={sentence} />
      </p>
      {notes.length > 0 && (
        <ul class="card-notes">
          {notes.map((note, index) => (
            <li key={index}>
              <Untrusted text={note} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The one number, in natural counts. */
function Headline({ run }: { run: PageRun }) {
  const metric = mainMetric(run.metrics);
  if (metric === undefined) return <p class="headline">Nothing was scored.</p>;
  if (metric.value === null) {
    return (
      <p class="headline">
        <Untrusted text={metric.name} /> is not available
        <small>{metric.reason !== undefined && <Untrusted text={metric.reason} />}</small>
      </p>
    );
  }
  const scale = scaleOf([metric]);
  const count = metric.name === "accuracy" ? naturalCount(metric) : undefined;
  return (
    <p class="headline">
      {count ? (
        `${whole(count.right)} of ${whole(count.of)} right`
      ) : (
        <Untrusted text={`${metric.name} ${figure(metric.value, scale)}`} />
      )}
      <small>
        {count ? <b>{figure(metric.value, scale)}</b> : `n ${whole(metric.n)}`}
        {metric.interval && `, ${Math.round(metric.interval.level * 100)} % interval ${range(metric.interval, scale)}`}
      </small>
    </p>
  );
}
