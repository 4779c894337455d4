import { useState } from "preact/hooks";
import { figure, whole } from "../../core/figures.ts";
import type { Leaderboard } from "../../core/leaderboard.ts";
import { duelCells } from "./duel-cells.ts";
import { pText } from "./forest-rows.ts";
import { Name } from "./name.tsx";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";

/** Every model against every other: the share of samples won, and whether that is more than chance. */
export function WinMatrix({ board }: { board: Leaderboard }) {
  const { models, evals } = board;
  const choices = [
    ...(board.duels.length > 0 ? [{ name: "all evals", duels: board.duels }] : []),
    ...evals.filter(({ duels }) => duels.length > 0),
  ];
  const [at, setAt] = useState(0);
  const choice = choices[at];
  if (choice === undefined || models.length < 2) return null;
  const cells = duelCells(models.length, choice.duels);
  return (
    <section aria-labelledby="wins">
      <div class="section-head">
        <h2 id="wins">One against one</h2>
        {choices.length > 1 && (
          <label class="picker">
            On{" "}
            <select value={String(at)} onChange={(event) => setAt(Number(event.currentTarget.value))}>
              {choices.map(({ name }, index) => (
                <option key={name} value={String(index)}>
                  {shorten(name, 60)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Scroll>
        <table class="wins">
          <thead>
            <tr>
              <td />
              {models.map(({ name }) => (
                <th key={name} scope="col" class="number">
                  {shorten(name, 22)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {models.map(({ name }, row) => (
              <tr key={name}>
                <th scope="row">
                  <Name text={shorten(name, 40)} />
                </th>
                {models.map(({ name: other }, column) => {
                  const cell = cells[row]?.[column];
                  if (cell === undefined)
                    return <td key={other} class="none" aria-label={row === column ? "itself" : "no duel"} />;
                  const { wins, ties, losses, won, p, verdict } = cell;
                  const counts = `${whole(wins)} won, ${whole(ties)} even, ${whole(losses)} lost`;
                  return (
                    <td
                      key={other}
                      class={`number ${verdict}`}
                      title={`${counts}${p === null ? "" : `, adjusted p ${pText(p)}`}`}
                    >
                      {figure(won, "percent")}
                      {verdict !== "open" && <span aria-hidden="true">{verdict === "better" ? " ▲" : " ▼"}</span>}
                      <span class="unheard">
                        {verdict === "open" ? ", cannot be told apart" : `, ${verdict}`}; {counts}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="legend">
        The share of samples that the model of the row won against that of the column, ties as half. ▲ ▼: better or worse, p
        adjusted by Holm over all duels below 0.05.
      </p>
    </section>
  );
}
