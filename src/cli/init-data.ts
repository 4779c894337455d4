import { FinegaugeError } from "../core/errors.ts";
import {
  type AnswerKind,
  type Chosen,
  type Columns,
  chooseSamples,
  commonSystem,
  type DataFile,
  draftSamples,
  guessColumns,
  type ProposedScorer,
  proposeScorer,
  readDataFile,
  toRow,
} from "../finetune-data/index.ts";
import { type InitOutlook, outlookOf } from "./init-outlook.ts";

export interface InitDataOptions {
  readonly train?: string;
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
  readonly kind: AnswerKind;
  readonly scorer: ProposedScorer;
  /** The system prompt that was put before questions without one, and where it is from. */
  readonly system: { readonly text: string; readonly from: "--system" | "the training file" | "the labels" } | undefined;
  readonly samplesJsonl: string;
  readonly train: { readonly file: string; readonly rows: number; readonly jsonl: string } | undefined;
  readonly outlook: InitOutlook;
}

/** @throws FinegaugeError `data.*`, `cli.usage` */
export function initData(from: string, options: InitDataOptions): InitData {
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
  const chosen = chooseSamples(drafts, train?.drafts);
  if (chosen.samples.length === 0) {
    const why = chosen.dropped.map(({ reason, fault, lines }) => `${lines.length} ${fault ?? reason}`).join(", ");
    throw new FinegaugeError("data.invalid", `no row of ${from} makes a sample${why === "" ? "" : `: ${why}`}`, {
      where: { file: from, line: chosen.dropped[0]?.lines[0] },
      hint: isTable ? "--input and --ideal name the columns" : undefined,
    });
  }
  const { kind } = chosen;
  const system = systemOf(options, kind, train?.drafts ?? [], isTable);
  const line = (draft: Chosen["samples"][number]) =>
    // A table's questions are a user's, also where no system prompt stands before them.
    `${JSON.stringify(toRow(draft, kind, system?.text ?? (isTable ? "" : undefined)))}\n`;
  const usable = train?.drafts.flatMap((row) => ("fault" in row ? [] : [row])) ?? [];
  return {
    from,
    format: data.format,
    rows: data.rows.length,
    columns,
    chosen,
    kind,
    scorer: proposeScorer(kind),
    system,
    samplesJsonl: chosen.samples.map(line).join(""),
    train: train && { file: train.file, rows: usable.length, jsonl: usable.map(line).join("") },
    outlook: outlookOf(chosen),
  };
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
