import { duration, figure, whole } from "../../core/figures.ts";
import type { PageData, PageRun } from "../page-data.ts";
import { columnOf, evalOf } from "./lookup.ts";
import { Name } from "./name.tsx";
import { Scroll } from "./scroll.tsx";
import { useMedia } from "./use-media.ts";

interface Column {
  readonly title: string;
  readonly of: (run: PageRun) => string | undefined;
}

const perRight = (run: PageRun, total: number | undefined, text: (value: number) => string) =>
  total === undefined || run.spent.right === 0 ? undefined : text(total / run.spent.right);

const tokens = ({ spent }: PageRun) =>
  spent.tokens_in === undefined || spent.tokens_out === undefined ? undefined : spent.tokens_in + spent.tokens_out;

const columns: readonly Column[] = [
  { title: "latency, median", of: ({ latency }) => latency && duration(latency.p50) },
  { title: "95th percentile", of: ({ latency }) => latency && duration(latency.p95) },
  { title: "tokens in", of: ({ spent }) => (spent.tokens_in === undefined ? undefined : whole(spent.tokens_in)) },
  { title: "tokens out", of: ({ spent }) => (spent.tokens_out === undefined ? undefined : whole(spent.tokens_out)) },
  { title: "tokens for a right answer", of: (run) => perRight(run, tokens(run), whole) },
  { title: "cost", of: ({ spent }) => (spent.model_cost === undefined ? undefined : figure(spent.model_cost, "usd")) },
  { title: "cost of a right answer", of: (run) => perRight(run, run.spent.model_cost, (cost) => figure(cost, "usd")) },
  { title: "judges' cost", of: ({ spent }) => (spent.judge_cost ? figure(spent.judge_cost, "usd") : undefined) },
];

/** So many runs fit across a narrow window. */
const mostAcross = 3;

/** What the answers took, and what a right one took. */
export function Spending({ data }: { data: PageData }) {
  const narrow = useMedia("(max-width: 560px)");
  const shown = columns.filter(({ of }) => data.runs.some((run) => of(run) !== undefined));
  if (shown.length === 0) return null;
  const across = narrow && data.runs.length <= mostAcross;
  return (
    <section aria-labelledby="spending">
      <h2 id="spending">Time, tokens, cost</h2>
      <Scroll key={String(across)}>
        {across ? <RunsAcross data={data} shown={shown} /> : <RunsDown data={data} shown={shown} />}
      </Scroll>
    </section>
  );
}

function RunsDown({ data, shown }: { data: PageData; shown: readonly Column[] }) {
  return (
    <table class="plain spending runs-down">
      <thead>
        <tr>
          {data.evals.length > 1 && <th scope="col">Eval</th>}
          <th scope="col">Model</th>
          {shown.map(({ title }) => (
            <th key={title} scope="col" class="number">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {data.runs.map((run) => (
          <tr key={run.id}>
            {data.evals.length > 1 && (
              <td>
                <Name text={evalOf(data, run)} />
              </td>
            )}
            <th scope="row">
              <Name text={columnOf(data, run)} />
            </th>
            {shown.map(({ title, of }) => (
              <td key={title} class="number">
                {of(run) ?? <span class="quiet">–</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RunsAcross({ data, shown }: { data: PageData; shown: readonly Column[] }) {
  return (
    <table class="plain spending across">
      {data.runs.length > 1 && (
        <thead>
          <tr>
            <td />
            {data.runs.map((run) => (
              <th key={run.id} scope="col" class="number">
                <Name text={columnOf(data, run)} />
                {data.evals.length > 1 && (
                  <small>
                    <Name text={evalOf(data, run)} />
                  </small>
                )}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {shown.map(({ title, of }) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {data.runs.map((run) => (
              <td key={run.id} class="number">
                {of(run) ?? <span class="quiet">–</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
