import { figure, whole } from "../../core/figures.ts";
import type { PageData } from "../page-data.ts";
import { JudgeWorth } from "./judge-worth.tsx";
import { columnOf, evalOf } from "./lookup.ts";
import { Scroll } from "./scroll.tsx";
import { Untrusted } from "./untrusted.tsx";

/** What the model judges did, and how far they agree. */
export function Judges({ data }: { data: PageData }) {
  const judged = data.runs.flatMap((run) => (run.judging === undefined ? [] : [{ run, judging: run.judging }]));
  if (judged.length === 0) return null;
  const agreed = judged.some(({ judging }) => judging.agreement !== undefined);
  const ordered = judged.some(({ judging }) => judging.consistent !== undefined);
  return (
    <section aria-labelledby="judges">
      <h2 id="judges">Judges</h2>
      <Scroll>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Judged by</th>
              <th scope="col" class="number">
                graded
              </th>
              <th scope="col" class="number">
                not scored
              </th>
              <th scope="col" class="number">
                unreadable grades
              </th>
              {agreed && (
                <th scope="col" class="number">
                  judges agree
                </th>
              )}
              {ordered && (
                <th scope="col" class="number">
                  same in both orders
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {judged.map(({ run, judging }) => (
              <tr key={run.id}>
                <th scope="row">
                  <Untrusted
                    text={data.evals.length === 1 ? columnOf(data, run) : `${columnOf(data, run)} on ${evalOf(data, run)}`}
                  />
                </th>
                <td>
                  <Untrusted text={judging.judges.join(", ")} />
                </td>
                <td class="number">{whole(judging.graded)}</td>
                <td class="number">{whole(judging.unscored)}</td>
                <td class="number">{whole(judging.invalid)}</td>
                {agreed && <Share of={judging.agreement} />}
                {ordered && <Share of={judging.consistent} />}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <JudgeWorth data={data} />
    </section>
  );
}

function Share({ of }: { of: { readonly n: number; readonly share: number } | undefined }) {
  return <td class="number">{of === undefined ? "–" : `${figure(of.share, "percent")} of ${whole(of.n)}`}</td>;
}
