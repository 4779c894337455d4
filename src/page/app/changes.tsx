import { whole } from "../../core/figures.ts";
import type { PageData, PagePair } from "../page-data.ts";
import { columnOf } from "./lookup.ts";
import { Name } from "./name.tsx";
import { Reach, type Show } from "./reach.tsx";
import { Scroll } from "./scroll.tsx";
import { Untrusted } from "./untrusted.tsx";

/** The same samples in two runs: how many changed sides, and which. */
export function Changes({ data, show }: { data: PageData; show: Show }) {
  const pairs = data.evals.flatMap((one, evalIndex) => one.pairs.map((pair) => ({ pair, name: one.name, eval: evalIndex })));
  const [first] = pairs;
  if (first === undefined) return null;
  // Named once where it is the same two everywhere.
  const two = data.columns.length === 2;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What changed</h2>
      <Scroll>
        <table class="changes">
          {two && (
            <caption>
              <PairName data={data} pair={first.pair} />
            </caption>
          )}
          <thead>
            <tr>
              {data.evals.length > 1 && <th scope="col">Eval</th>}
              {!two && <th scope="col">Compared</th>}
              <th scope="col" class="number">
                Got better
              </th>
              <th scope="col" class="number">
                Got worse
              </th>
              <th scope="col" class="number">
                Both right
              </th>
              <th scope="col" class="number">
                Both wrong
              </th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ pair, name, eval: evalIndex }) => (
              <tr key={`${pair.baseline}:${pair.candidate}`}>
                {data.evals.length > 1 && (
                  <th scope="row">
                    <Name text={name} />
                  </th>
                )}
                {!two && (
                  <td>
                    <PairName data={data} pair={pair} />
                  </td>
                )}
                {(["only_candidate", "only_baseline", "both", "neither"] as const).map((kind) => (
                  <td key={kind} class="number">
                    {pair[kind] === 0 ? (
                      <span class="quiet">0</span>
                    ) : (
                      <Reach
                        show={show}
                        class={`link ${kind}`}
                        to={{ eval: evalIndex, change: { baseline: pair.baseline, candidate: pair.candidate, kind } }}
                      >
                        {whole(pair[kind])}
                      </Reach>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function PairName({ data, pair }: { data: PageData; pair: PagePair }) {
  const name = (run: number) => {
    const one = data.runs[run];
    return one === undefined ? "" : columnOf(data, one);
  };
  return (
    <>
      <Untrusted text={name(pair.candidate)} /> <span class="quiet">against</span> <Untrusted text={name(pair.baseline)} />
    </>
  );
}
