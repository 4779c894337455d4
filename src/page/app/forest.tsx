import { useEffect, useRef, useState } from "preact/hooks";
import { change, changeRange, figure, whole } from "../../core/figures.ts";
import type { PageData } from "../page-data.ts";
import { axisHeight, drawForest } from "./draw-forest.ts";
import { type Forest, type ForestRow, forestsOf, pText } from "./forest-rows.ts";
import { Name } from "./name.tsx";
import { Reach, type Show } from "./reach.tsx";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";
import { Untrusted } from "./untrusted.tsx";
import { useMedia } from "./use-media.ts";

const shownAtFirst = 24;
/** As the style sheet has it. */
const rowHeight = 32;

/** What changed, with intervals: each eval, and under it its slices. The picture stands in the table that says the same. */
export function Forests({ data, show }: { data: PageData; show: Show }) {
  const [all, setAll] = useState(false);
  const forests = forestsOf(data, all ? Number.POSITIVE_INFINITY : shownAtFirst);
  if (forests.length === 0) return null;
  const rows = forests.flatMap((forest) => forest.rows);
  const hidden = forests.reduce((sum, forest) => sum + forest.hidden, 0);
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What changed</h2>
      {forests.map((forest) => (
        <ForestTable key={forest.scale} data={data} forest={forest} show={show} />
      ))}
      <p class="legend">
        Candidate minus baseline over the same samples, with 95 % intervals.
        {forests.some(({ margins }) => margins.length > 0) && " The dashed line is the margin."}
        {rows.some(({ path, delta }) => path === undefined && delta.p_adjusted !== null) &&
          " The p of an eval is adjusted by Holm over all of them."}
        {rows.some(({ path }) => path !== undefined) &&
          " A slice is filled in where it changed for sure: p adjusted by Benjamini-Hochberg below 0.05."}
      </p>
      {hidden > 0 && (
        <button type="button" class="link more" onClick={() => setAll(true)}>
          Show {whole(hidden)} more slices
        </button>
      )}
    </section>
  );
}

function ForestTable({ data, forest, show }: { data: PageData; forest: Forest; show: Show }) {
  const narrow = useMedia("(max-width: 900px)");
  const names = data.columns.length === 2 ? data.columns : ["baseline", "candidate"];
  return (
    <>
      {narrow && <ForestPlot forest={forest} named />}
      <Scroll>
        <table class={narrow ? "forest narrow" : "forest"}>
          <thead>
            <tr>
              <th scope="col">{data.comparisons.length === 1 ? "Samples" : "Eval"}</th>
              <th scope="col" class="number">
                n
              </th>
              {names.map((name) => (
                <th key={name} scope="col" class="number side">
                  {shorten(name, 22)}
                </th>
              ))}
              {!narrow && (
                <th class="plot">
                  <span class="unheard">Picture of the change</span>
                </th>
              )}
              <th scope="col" class="number change">
                change
              </th>
              <th scope="col" class="number interval-column">
                95 % interval
              </th>
              <th scope="col" class="number p">
                p
              </th>
            </tr>
          </thead>
          <tbody>
            {forest.rows.map((row, index) => (
              <Row key={index} forest={forest} row={row} show={reachable(data, row) ? show : undefined}>
                {index === 0 && !narrow && (
                  <td class="plot" rowSpan={forest.rows.length + 1}>
                    <ForestPlot forest={forest} named={false} />
                  </td>
                )}
              </Row>
            ))}
            {!narrow && <tr class="axis" />}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

interface RowProps {
  forest: Forest;
  row: ForestRow;
  show: Show;
  children: preact.ComponentChildren;
}

function Row({ forest: { scale }, row: { label, path, delta, filter, tone }, show, children }: RowProps) {
  const { n, baseline, candidate, value, interval, p, p_adjusted: adjusted, reason } = delta;
  const score = (one: number | null) => (one === null ? "–" : figure(one, scale));
  const shownP = adjusted ?? p;
  return (
    <tr class={path === undefined ? "whole" : "slice"}>
      <th scope="row" title={path}>
        <Reach show={show} to={filter} class="link">
          {path === undefined ? <Name text={shorten(label, 80)} /> : shorten(label, 60)}
        </Reach>
      </th>
      <td class="number quiet">{whole(n)}</td>
      <td class="number side">{score(baseline.value)}</td>
      <td class="number side">{score(candidate.value)}</td>
      {children}
      {value === null || interval === null ? (
        <td class="number quiet" colSpan={2} title={reason}>
          {value === null ? "–" : change(value, scale)} {reason !== undefined && <Untrusted text={shorten(reason, 40)} />}
        </td>
      ) : (
        <>
          <td class={`number change ${tone}`}>
            {change(value, scale)}
            <small>{changeRange(interval, scale)}</small>
          </td>
          <td class="number interval-column">{changeRange(interval, scale)}</td>
        </>
      )}
      <td class="number p quiet">{shownP === null ? "–" : pText(shownP)}</td>
    </tr>
  );
}

/** A slice can be shown where a sample of it is in the file. */
function reachable(data: PageData, { filter }: ForestRow): boolean {
  return filter.slice == null || data.evals[filter.eval ?? -1] !== undefined;
}

function ForestPlot({ forest, named }: { forest: Forest; named: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useMedia("(prefers-color-scheme: dark)");
  const print = useMedia("print");
  const height = forest.rows.length * (named ? 26 : rowHeight) + axisHeight;
  // The media decide what the style sheet says.
  useEffect(() => {
    if (canvas.current === null) return;
    const drawing = drawForest(canvas.current, forest, named);
    return () => drawing.destroy();
  }, [forest.rows.length, forest.scale, named, dark, print]);
  return (
    <div class="forest-plot" ref={(element) => element?.style.setProperty("height", `${height}px`)}>
      <canvas ref={canvas} role="img" aria-label="Paired differences with 95 % intervals; the table has the same numbers" />
    </div>
  );
}
