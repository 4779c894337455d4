import type { JudgedStrata } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { type Answer, type Drawn, type LabelsHead, labelFormat, labelVerdicts } from "../core/label-line.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { specOf } from "../core/spec-of.ts";
import { labelsPath, openLabels, readLabels, type StoredRun } from "../runs/index.ts";
import { type Desk, holdSession } from "./label-session.ts";
import { heading, shownQuestion, shownReply } from "./shown-sample.ts";
import { withoutControls } from "./table.ts";

/** A judge's verdicts on the replies of a run, by position in issue order. */
export interface JudgedReplies {
  readonly score: string;
  readonly scorer: LabelsHead["scorer"];
  readonly verdicts: ReadonlyMap<number, boolean>;
}

/** The verdict that a judge gave; undefined for a score of nobody, or without a pass mark. */
function judgedScore(scores: readonly Score[] = [], name?: string): Score | undefined {
  return scores.find(
    (score) => score.judgements !== undefined && score.passed !== undefined && (name ?? score.name) === score.name,
  );
}

/** What the judges of a run said; undefined for a run that no judge graded with a verdict. */
export async function judgedReplies(stored: StoredRun): Promise<JudgedReplies | undefined> {
  const verdicts = new Map<number, boolean>();
  let name: string | undefined;
  for await (const { seq, scores } of stored.samples()) {
    const score = judgedScore(scores, name);
    if (score?.passed === undefined) continue;
    name = score.name;
    verdicts.set(seq, score.passed);
  }
  const scorer = name === undefined ? undefined : scorerOf(stored, name);
  return name === undefined || scorer === undefined ? undefined : { score: name, scorer, verdicts };
}

/** Whose score it is: of a scorer beside the first, by its name; else the first one's. */
function scorerOf({ run }: StoredRun, score: string): LabelsHead["scorer"] | undefined {
  return run.scorers.slice(1).find(({ name }) => score.startsWith(`${name}.`)) ?? run.scorers[0];
}

const choices = { y: "yes", n: "no", u: "unsure" } as const;
const help = "y yes · n no · u unsure · b back · q stop, and go on later";

/**
 * Lets a person label replies that a judge has graded, without showing what it said: as many that it passed as that it failed, drawn at
 * random. Goes on with what is there.
 *
 * @param count replies to be labelled in all
 * @returns whether all are
 * @throws FinegaugeError `cli.usage` for a run without a judge's verdicts; what `openLabels` throws
 */
export async function labelRun(stored: StoredRun, count: number, desk: Desk): Promise<boolean> {
  const judged = await judgedReplies(stored);
  if (judged === undefined) {
    throw new FinegaugeError("cli.usage", `run ${stored.run.id} has no replies that a judge passed or failed`, {
      hint: "finegauge rescore RUN --scorer model-graded=… --judge NAME has them judged; a grading prompt with grades between needs pass_at",
    });
  }
  const { run } = stored;
  const file = labelsPath(stored.file);
  const { score, scorer } = judged;
  const started = new Date().toISOString();
  const head: LabelsHead = {
    type: "labels",
    format: labelFormat,
    run: run.id,
    eval: run.eval,
    judges: run.judges,
    scorer,
    score,
    started,
  };
  const before = readLabels(file, "labels");
  if (before !== undefined && before.head.run !== run.id) {
    throw new FinegaugeError("cli.usage", `${file} has labels of run ${before.head.run}`, { hint: "move the file away" });
  }
  const drawn = [...(before?.drawn ?? [])];
  const more = drawMore(judged.verdicts, drawn, count, run.id);
  const items = [...drawn, ...more];
  const lines = await linesAt(stored, new Set(items.map(({ seq }) => seq)));
  const shown = items.map(({ seq }) => lines.get(seq));
  const writer = await openLabels(file, head);
  const answers = new Map<number, Answer>(before?.answers ?? []);
  try {
    if (more.length > 0) writer.draw(more.map(({ seq }) => ({ seq, item: lines.get(seq)?.hashes.item ?? "" })));
    let told = false;
    return await holdSession(
      {
        size: items.length,
        show(at) {
          const line = shown[at] as SampleLine;
          const first = told ? "" : `${guideline(stored, score)}\n`;
          told = true;
          return `${first}${shownQuestion(line)}\n${shownReply(line, "reply")}`;
        },
        said(at) {
          const answer = answers.get(items[at]?.seq ?? -1);
          return labelVerdicts.find((verdict) => verdict === answer);
        },
        choices,
        help: `Does the reply pass?  ${help}`,
        record(at, said) {
          const { seq } = items[at] as Drawn;
          answers.set(seq, said);
          writer.answer(seq, said, new Date().toISOString());
        },
      },
      desk,
    );
  } finally {
    await writer.close();
  }
}

/** Half from each of the judge's verdicts as far as there are so many, in random order; what is drawn already stays. */
export function drawMore(verdicts: ReadonlyMap<number, boolean>, drawn: readonly Drawn[], count: number, run: string): Drawn[] {
  const random = seededRandom(seedFrom(`labels:${run}:${drawn.length}`));
  const taken = new Set(drawn.map(({ seq }) => seq));
  const open = (passed: boolean) =>
    shuffled(
      [...verdicts]
        .filter(([seq, verdict]) => verdict === passed && !taken.has(seq))
        .map(([seq]) => seq)
        .sort((a, b) => a - b),
      random,
    );
  const had = (passed: boolean) => drawn.filter(({ seq }) => verdicts.get(seq) === passed).length;
  const [passed, failed] = [open(true), open(false)];
  const more = Math.max(0, count - drawn.length);
  const wanted = Math.min(more, Math.max(0, Math.round(count / 2) - had(true)), passed.length);
  const rest = Math.min(more - wanted, failed.length);
  const extra = Math.min(more - wanted - rest, passed.length - wanted);
  return shuffled([...passed.slice(0, wanted + extra), ...failed.slice(0, rest)], random).map((seq) => ({ seq, item: "" }));
}

export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as Item, order[at] as Item];
  }
  return order;
}

export async function linesAt(
  { samples }: Pick<StoredRun, "samples">,
  seqs: ReadonlySet<number>,
): Promise<Map<number, SampleLine>> {
  const lines = new Map<number, SampleLine>();
  for await (const line of samples(seqs)) lines.set(line.seq, line);
  return lines;
}

/** What the judge was told to look at: the person should look at the same. */
function guideline({ run }: StoredRun, score: string): string {
  const spec = specOf(run);
  const further = spec.scorers?.find(({ name }) => score.startsWith(`${name}.`));
  const { args } = further ?? spec;
  const prompt = (args.modelgraded_spec as { prompt?: unknown } | undefined)?.prompt;
  const text =
    typeof prompt === "string"
      ? prompt
      : Array.isArray(prompt)
        ? prompt.map((one) => (one as { content?: string }).content).join("\n")
        : "";
  const values = args.modelgraded_spec_args as { [key: string]: unknown } | undefined;
  const filled =
    values === undefined
      ? ""
      : `\n${Object.entries(values)
          .map(([key, value]) => `${key}: ${String(value)}`)
          .join("\n")}`;
  return withoutControls(`${heading("what the judge was asked")}\n${text}${filled}`);
}

/** How often each of the judge's verdicts was given, and what people said about it. */
export function strataOf(
  { verdicts }: JudgedReplies,
  answers: ReadonlyMap<number, Answer>,
): JudgedStrata & { readonly unsure: number } {
  const strata = { passed: { size: 0, labelled: 0, yes: 0 }, failed: { size: 0, labelled: 0, yes: 0 } };
  let unsure = 0;
  for (const [seq, passed] of verdicts) {
    const stratum = passed ? strata.passed : strata.failed;
    const answer = answers.get(seq);
    stratum.size++;
    if (answer === "unsure") unsure++;
    if (answer !== "yes" && answer !== "no") continue;
    stratum.labelled++;
    if (answer === "yes") stratum.yes++;
  }
  return { ...strata, unsure };
}
