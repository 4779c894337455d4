import { styleText } from "node:util";
import { decidingScore, isOtherPace, scaleOfDelta } from "../compare/index.ts";
import type { Comparison, Delta, Flip } from "../core/comparison.ts";
import { change, changeRange, changeSize, figure, isLabelDetail, type Scale, whole } from "../core/figures.ts";
import { leakageWords, leakClauses } from "../core/leakage-words.ts";
import { toText } from "../core/prompt.ts";
import type { SampleLine } from "../core/run-line.ts";
import { counted } from "./numbers.ts";
import { type Cell, oneLine, table } from "./table.ts";
import { wrapWords } from "./wrap-words.ts";

/** Both sides' lines of a flip; a baseline file has no reply. */
export interface FlipTexts {
  readonly flip: Flip;
  readonly baseline: SampleLine | undefined;
  readonly candidate: SampleLine | undefined;
}

export interface Shown {
  readonly comparison: Comparison;
  /** The first few flips, with their texts. */
  readonly flips: readonly FlipTexts[];
}

const colours = { better: "green", worse: "red", "not-worse": "green", unclear: "yellow" } as const;

/** Nobody's screen: lines of texts are cut there, and prose is not broken. */
const pipeWidth = 120;

/** What a person sees of one or several comparisons: the answer first, then what it stands on.
 *
 * @param options.columns of the terminal; undefined = none
 */
export function diffLines(
  shown: readonly Shown[],
  { all = false, columns: screen }: { all?: boolean; columns?: number | undefined } = {},
): string[] {
  const width = screen ?? pipeWidth;
  const lines = shown.flatMap(({ comparison }) => [...sentence(comparison, screen), ...notes(comparison, screen)]);
  const [only] = shown;
  const columns = width < wideEnough ? head.filter((name) => name !== "p" && name !== "detectable") : head;
  lines.push(
    "",
    ...(only !== undefined && shown.length === 1 ? metricTable(only.comparison, all, columns) : evalTable(shown, all, columns)),
  );
  for (const one of shown) lines.push(...details(one, shown.length > 1, screen));
  return lines;
}

function sentence({ sentence: text, finding }: Comparison, columns: number | undefined): string[] {
  return wrapWords(oneLine(text, 1000), columns).map((line) =>
    styleText(["bold", colours[finding]], line, { stream: process.stdout }),
  );
}

function notes({ notes: all }: Comparison, columns: number | undefined): string[] {
  return all.flatMap((note) => wrapWords(`  note: ${oneLine(note, 400)}`, columns, 8));
}

const head = ["change", "95 % interval", "p", "detectable", "n"];
/** Narrower than this a table leaves out what the sentence says anyway. */
const wideEnough = 100;

/** One comparison: its metrics. What took no part in the answer is left out unless asked for. */
function metricTable({ deltas, baseline, candidate }: Comparison, all: boolean, columns: readonly string[]): string[] {
  const [before, now] = columnNames(baseline.name, candidate.name);
  const rows = deltas.filter((delta, at) => all || at === 0 || isNews(delta));
  return table([
    ["metric", before, now, ...columns].map(headCell),
    ...rows.map((delta) => [{ text: oneLine(delta.metric, 40) }, ...figures(delta, columns)]),
  ]);
}

/** Several: the deciding metric of each. */
function evalTable(shown: readonly Shown[], all: boolean, shownColumns: readonly string[]): string[] {
  const several = shown.some(({ comparison }) => comparison.candidate.name !== shown[0]?.comparison.candidate.name);
  const rows = shown.flatMap(({ comparison }) =>
    comparison.deltas
      .filter((delta, at) => at === 0 || (all && isNews(delta)))
      .map((delta, at): Cell[] => [
        { text: at === 0 ? oneLine(comparison.eval, 60) : "" },
        ...(several ? [{ text: at === 0 ? oneLine(comparison.candidate.name, 28) : "" }] : []),
        ...(all ? [{ text: oneLine(delta.metric, 40) }] : []),
        ...figures(delta, shownColumns),
      ]),
  );
  const [first] = shown;
  const names = several
    ? ["baseline", "candidate"]
    : columnNames(first?.comparison.baseline.name ?? "", first?.comparison.candidate.name ?? "");
  const columns = ["eval", ...(several ? ["model"] : []), ...(all ? ["metric"] : [])];
  return table([[...columns, ...names, ...shownColumns].map((text, at) => headCell(text, at < columns.length ? 0 : 1)), ...rows]);
}

function headCell(text: string, at: number): Cell {
  return { text: styleText("dim", text, { stream: process.stdout }), right: at > 0 };
}

/** Beyond chance; of times, of which nothing is claimed, a fifth or more. */
function isNews(delta: Delta): boolean {
  const { metric, p, interval, unit, value } = delta;
  if (isLabelDetail(metric) || value === null) return false;
  if (unit === "ms") return isOtherPace(delta);
  return interval !== null && p !== null && p < 0.05;
}

function figures(delta: Delta, columns: readonly string[]): Cell[] {
  const scale = scaleOfDelta(delta);
  const right = (text: string): Cell => ({ text, right: true });
  const side = (value: number | null) => right(value === null ? "–" : figure(value, scale));
  const cells: { readonly [column: string]: Cell } = {
    change: right(delta.value === null ? "–" : change(delta.value, scale).replace(/ points$/, "")),
    "95 % interval": right(
      delta.interval === null
        ? delta.unit === "ms"
          ? "medians alone"
          : (delta.reason ?? "–")
        : changeRange(delta.interval, scale),
    ),
    p: right(pValue(delta)),
    detectable: right(delta.mde === null ? "–" : magnitude(delta.mde, scale)),
    n: right(whole(delta.n)),
  };
  return [side(delta.baseline.value), side(delta.candidate.value), ...columns.map((column) => cells[column] ?? { text: "" })];
}

function pValue({ p, p_adjusted }: Delta): string {
  const text = (value: number) => (value < 0.001 ? "<0.001" : value.toFixed(value < 0.1 ? 3 : 2));
  if (p === null) return "–";
  return p_adjusted !== null && p_adjusted !== p && p_adjusted.toFixed(3) !== p.toFixed(3)
    ? `${text(p)} (${text(p_adjusted)})`
    : text(p);
}

function magnitude(value: number, scale: Scale): string {
  return changeSize(value, scale).replace(/ points$/, "");
}

/** A text behind its name in the margin. */
type Labelled = (name: string, text: string) => string[];

function details({ comparison, flips }: Shown, named: boolean, columns: number | undefined): string[] {
  const width = columns ?? pipeWidth;
  const { flips_total: total, pairing, differs, slices } = comparison;
  const lines: string[] = [""];
  const labelled: Labelled = (name, text) =>
    wrapWords(text, columns === undefined ? undefined : Math.max(20, columns - 9)).map(
      (line, at) => `${styleText("dim", (at === 0 ? name : "").padEnd(9), { stream: process.stdout })}${line}`,
    );
  if (named) lines.push(styleText("bold", oneLine(comparison.eval, 100), { stream: process.stdout }));
  if (comparison.table.both + comparison.table.neither + total.regressions + total.improvements > 0) {
    const { both, neither, undecided } = comparison.table;
    const rest = `${whole(both)} right in both, ${whole(neither)} in neither${undecided > 0 ? `, ${whole(undecided)} undecided` : ""}`;
    const many = `${counted(total.regressions, "regression")}, ${counted(total.improvements, "improvement")}`;
    lines.push(...labelled("flips", `${many}; ${rest}`));
  }
  for (const one of flips) lines.push(`  ${flipLine(one, width - 2)}`);
  const told = slices.filter(({ delta }) => delta.p_adjusted !== null && delta.p_adjusted < 0.05);
  for (const { path, value, delta } of told.slice(0, 5)) {
    const scale = scaleOfDelta(delta);
    const by = `${change(delta.value ?? 0, scale)} (${delta.interval === null ? "" : changeRange(delta.interval, scale)})`;
    lines.push(...labelled("slice", `${oneLine(`${path} ${value}`, 40)}: ${by} of ${whole(delta.n)}`));
  }
  if (told.length > 5)
    lines.push(...labelled("", `and ${counted(told.length - 5, "more slice")} changed (Benjamini-Hochberg, 5 %)`));
  if (comparison.leakage !== undefined) lines.push(...leakageLines(comparison.leakage, pairing.paired, labelled));
  const { only_baseline, only_candidate, changed } = pairing;
  if (only_baseline + only_candidate + changed.item > 0) {
    const parts = [
      `${whole(pairing.paired)} paired`,
      only_baseline > 0 ? `${whole(only_baseline)} only in the baseline` : "",
      only_candidate > 0 ? `${whole(only_candidate)} only in the candidate` : "",
      changed.item > 0 ? `${whole(changed.item)} changed and left out` : "",
    ];
    lines.push(...labelled("samples", parts.filter((part) => part !== "").join(", ")));
  }
  for (const { what, detail, samples } of differs) {
    const touched = samples === undefined ? "" : ` (${counted(samples, "sample")})`;
    lines.push(...labelled("differs", `${what}: ${oneLine(detail, Math.max(100, width - 20))}${touched}`));
  }
  return lines;
}

/** What is in the training data, and the deciding metric without and with that alone. */
function leakageLines(leakage: NonNullable<Comparison["leakage"]>, of: number, labelled: Labelled): string[] {
  const train = oneLine(leakage.train.join(" and "), 100);
  return [
    ...labelled("leakage", leakageWords({ ...leakage, of, noun: "pair", train })),
    ...leakClauses(leakage).flatMap((clause) => labelled("", clause)),
  ];
}

/** Of a sample's attempts the first that shows what the side is said to have done; else the first. */
export function attemptOf(lines: readonly SampleLine[] | undefined, passed: boolean): SampleLine | undefined {
  return lines?.find(({ scores }) => decidingScore(scores)?.passed === passed) ?? lines?.[0];
}

/**
 * A flip on one line: the question, what was wanted, and both replies. Where there is little room the question is cut first, then what
 * was wanted and said before; what is said now is the news, and goes last.
 */
export function flipLine({ flip, baseline, candidate }: FlipTexts, width: number): string {
  const sure =
    flip.confidence === null ? "" : ` ${flip.stable === false ? "flaky, " : ""}${Math.round(flip.confidence * 100)} % sure`;
  const input = candidate?.input ?? baseline?.input;
  const wanted = (candidate ?? baseline)?.ideal?.[0];
  const asked = input == null ? "" : oneLine(typeof input === "string" ? input : toText(input.slice(-1), false), 44);
  // A baseline file has no reply.
  const said = (line: SampleLine | undefined, most: number) =>
    line?.completion === undefined ? "(not kept)" : quoted(line.completion.text, most);
  for (const { id, ideal, before, question, isSure = true } of lessAndLess) {
    const start = `${oneLine(flip.id, id)}${isSure ? sure : ""}:`;
    const told = input == null || wanted === undefined || ideal === 0 ? "" : ` · wanted ${quoted(wanted, ideal)},`;
    const rest = `${told} said ${said(baseline, before)} → ${said(candidate, 24)}`;
    const room = width - start.length - rest.length - 1;
    // Without the question there is no space before it.
    if (room < Math.min(question - 1, asked.length)) continue;
    return oneLine(`${start}${asked === "" || room < 8 ? "" : ` ${oneLine(asked, room)}`}${rest}`, Math.max(20, width));
  }
  return oneLine(`${oneLine(flip.id, 10)}: → ${said(candidate, 24)}`, Math.max(20, width));
}

/** How much of each part is shown at most, and of the question at least, in characters. */
const lessAndLess = [
  { id: 40, ideal: 24, before: 24, question: 12 },
  { id: 40, ideal: 12, before: 12, question: 12 },
  { id: 40, ideal: 12, before: 12, question: 0 },
  { id: 20, ideal: 8, before: 8, question: 0 },
  { id: 20, ideal: 0, before: 8, question: 0 },
  { id: 16, ideal: 0, before: 8, question: 0, isSure: false },
];

/** A text in quotes that close, however long it is. */
function quoted(text: string, most: number): string {
  const whole = oneLine(JSON.stringify(text), Number.POSITIVE_INFINITY);
  const characters = [...whole];
  if (characters.length <= most) return whole;
  // Half an escape would take the quote along.
  return `${characters
    .slice(0, most - 2)
    .join("")
    .replace(/\\+(u[\da-f]{0,3})?$/, "")}…"`;
}

/** Both names over their columns; of two that begin alike only what differs. */
function columnNames(baseline: string, candidate: string): [string, string] {
  const [before, now] = [baseline, candidate].map((name) => /^(.*) \(([^()]+)\)$/s.exec(name));
  if (before && now && before[1] === now[1]) return [oneLine(before[2] ?? "", 28), oneLine(now[2] ?? "", 28)];
  return [oneLine(baseline, 28), oneLine(candidate, 28)];
}
