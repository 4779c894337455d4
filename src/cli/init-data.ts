import { FinegaugeError } from "../core/errors.ts";
import type { SampleRow } from "../core/sample.ts";
import {
  type AnswerKind,
  type Chosen,
  type Columns,
  chooseSamples,
  commonSystem,
  type DataFile,
  type Draft,
  draftSamples,
  guessColumns,
  type ProposedScorer,
  proposeScorer,
  readDataFile,
  similarSamples,
  toRow,
  withoutSimilar,
} from "../finetune-data/index.ts";
import { type InitOutlook, outlookOf } from "./init-outlook.ts";

export interface InitDataOptions {
  readonly train?: string;
  /** Leave in what is nearly the same as a training row. */
  readonly keepSimilar?: boolean;
  readonly input?: string;
  readonly ideal?: string;
  readonly id?: string;
  readonly metadata?: readonly string[];
  readonly system?: string;
  readonly header: boolean;
}

/** What a data file makes: samples, a scorer, and what they are good for. */
export interface InitData {
  readonly from: string;
  readonly format: DataFile["format"];
  readonly rows: number;
  readonly columns: Columns | undefined;
  readonly chosen: Chosen;
  /** Of the samples, those nearly the same as a training row: left in on demand. */
  readonly similar: number;
  readonly kind: AnswerKind;
  readonly scorer: ProposedScorer;
  /** The system prompt that was put before questions without one, and where it is from. */
  readonly system: { readonly text: string; readonly from: "--system" | "the training file" | "the labels" } | undefined;
  readonly samplesJsonl: string;
  readonly train: { readonly file: string; readonly rows: number; readonly jsonl: string } | undefined;
  readonly outlook: InitOutlook;
}

/** @throws FinegaugeError `data.*`, `cli.usage` */
export async function initData(from: string, options: InitDataOptions): Promise<InitData> {
  const data = readDataFile(from, { header: options.header });
  const isTable = data.columns.length > 0;
  if (!isTable && [options.input, options.ideal, options.id, options.metadata].some((one) => one !== undefined)) {
    throw new FinegaugeError(
      "cli.usage",
      `${from} holds ${data.format === "chat" ? "chats" : "samples"}, which have no columns`,
      {
        hint: "--input, --ideal, --id and --metadata are for CSV, TSV, and JSONL with other keys",
      },
    );
  }
  const columns = isTable ? guessColumns(data, options) : undefined;
  const train = options.train === undefined ? undefined : trainingRows(options.train, columns, options.header);
  const drafts = draftSamples(data, columns);
  const first = chooseSamples(drafts, train?.drafts);
  refuseNone(first, from, isTable);
  const system = systemOf(options, first.kind, train?.drafts ?? [], isTable);
  const row = (draft: Draft) =>
    // A table's questions are a user's, also where no system prompt stands before them.
    toRow(draft, first.kind, system?.text ?? (isTable ? "" : undefined));
  const trained = train?.drafts.flatMap((draft) => ("fault" in draft ? [] : [row(draft)])) ?? [];
  const { chosen, similar } = await withoutLeaks(first, { row, trained, keep: options.keepSimilar ?? false });
  refuseNone(chosen, from, isTable);
  const { kind } = chosen;
  return {
    from,
    format: data.format,
    rows: data.rows.length,
    columns,
    chosen,
    similar,
    kind,
    scorer: proposeScorer(kind),
    system,
    samplesJsonl: jsonLines(chosen.samples.map(row)),
    train: train && { file: train.file, rows: trained.length, jsonl: jsonLines(trained) },
    outlook: outlookOf(chosen),
  };
}

function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

function refuseNone({ samples, dropped }: Chosen, from: string, isTable: boolean): void {
  if (samples.length > 0) return;
  const why = dropped.map(({ reason, fault, lines }) => `${lines.length} ${fault ?? reason}`).join(", ");
  const isTrained = dropped.some(({ reason }) => reason === "like-training");
  throw new FinegaugeError("data.invalid", `no row of ${from} makes a sample${why === "" ? "" : `: ${why}`}`, {
    where: { file: from, line: dropped[0]?.lines[0] },
    hint: isTrained
      ? "--keep-similar keeps what is nearly the same as a training row"
      : isTable
        ? "--input and --ideal name the columns"
        : undefined,
  });
}

/** What is wording of many samples, and no content of any, is another matter when fewer are left: then some more are found. */
const mostSearches = 5;

/** Without what the eval's runs would find in the training data. */
async function withoutLeaks(
  chosen: Chosen,
  { row, trained, keep }: { row(draft: Draft): SampleRow; readonly trained: readonly SampleRow[]; readonly keep: boolean },
): Promise<{ readonly chosen: Chosen; readonly similar: number }> {
  let left = chosen;
  for (let search = 0; trained.length > 0 && search < mostSearches; search++) {
    const found = await similarSamples(left.samples.map(row), trained);
    if (keep) return { chosen, similar: found.length };
    if (found.length === 0) break;
    left = withoutSimilar(left, new Set(found.map((at) => (left.samples[at] as Draft).line)));
  }
  return { chosen: left, similar: 0 };
}

function trainingRows(file: string, columns: Columns | undefined, header: boolean) {
  const data = readDataFile(file, { header });
  // The same names as in the other file, where it has them.
  const has = (name: string | undefined) => (name !== undefined && data.columns.includes(name) ? name : undefined);
  const guessed =
    data.columns.length > 0
      ? guessColumns(data, { input: has(columns?.input), ideal: has(columns?.ideal), id: has(columns?.id) })
      : undefined;
  return { file, drafts: draftSamples(data, guessed) };
}

function systemOf(
  options: InitDataOptions,
  kind: AnswerKind,
  training: Parameters<typeof commonSystem>[0],
  isTable: boolean,
): InitData["system"] {
  if (options.system !== undefined) return { text: options.system, from: "--system" };
  if (!isTable) return undefined;
  const trained = commonSystem(training);
  if (trained !== undefined) return { text: trained, from: "the training file" };
  if (kind.kind !== "labels") return undefined;
  const plain = kind.labels.every((label) => !/[,"]/.test(label));
  const listed = kind.labels.map((label) => (plain ? label : JSON.stringify(label))).join(", ");
  return { text: `Answer with one of these and nothing else: ${listed}.`, from: "the labels" };
}
