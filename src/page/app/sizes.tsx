import { figure, fileSize } from "../../core/figures.ts";
import { driftColumns, knownOf, type Leaderboard, sizedTexts, sizedVerdict } from "../../core/leaderboard.ts";
import { Name } from "./name.tsx";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";
import { Untrusted } from "./untrusted.tsx";

/** Models beside the one that they were made of, smallest first: which of them will do. */
export function Sizes({ board }: { board: Leaderboard }) {
  const { smallest } = board;
  if (smallest === undefined) return null;
  const drift = driftColumns(board);
  const rows = [...smallest.candidates, { model: smallest.parent }];
  return (
    <section aria-labelledby="sizes">
      <h2 id="sizes">The smallest that will do</h2>
      <p class="sized-answer">
        <Untrusted text={smallest.sentence} />
      </p>
      <Scroll>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Model</th>
              {["size", "tokens/s", "change", "shown", "margin", ...drift.map(({ head }) => head)].map((head) => (
                <th key={head} scope="col" class="number">
                  {shorten(head, 40)}
                </th>
              ))}
              <th scope="col">against the parent</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const [bytes, speed] = [knownOf(board, row.model, "bytes"), knownOf(board, row.model, "speed")];
              const texts = "rules" in row ? row.rules.map((rule) => sizedTexts(board, rule)) : [];
              return (
                <tr key={row.model}>
                  <th scope="row">
                    <Name text={board.models[row.model]?.name ?? ""} />
                  </th>
                  <td class="number">{bytes === null ? "–" : fileSize(bytes)}</td>
                  <td class="number">{speed === null ? "–" : figure(speed, "tokens")}</td>
                  <Lines texts={texts.map(({ change }) => change)} />
                  <Lines texts={texts.map(({ shown }) => shown)} />
                  <Lines texts={texts.map(({ bound }) => bound)} />
                  {drift.map(({ head, texts: figures }) => (
                    <td key={head} class="number">
                      {figures[row.model] ?? "–"}
                    </td>
                  ))}
                  <td>{"rules" in row ? <Untrusted text={sizedVerdict(row)} /> : <span class="quiet">is the parent</span>}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      <p class="legend">
        Shown: where the change lies at least (or at most) with the confidence that is left for each, since the smallest of
        several is chosen (Holm, 95 % for all together). Of several margins there is a line for each.
      </p>
    </section>
  );
}

/** One under the other: each of several rules. */
function Lines({ texts }: { texts: readonly string[] }) {
  return (
    <td class="number">
      {texts.map((text, at) => (
        <div key={at}>{text}</div>
      ))}
    </td>
  );
}
