import { FinegaugeError } from "../../core/errors.ts";
import { nearestNames } from "../../core/nearest.ts";
import {
  defaultEpochs,
  type EncodingName,
  encodings,
  openCounter,
  type RowFinding,
  tunableModel,
  type ValidateMode,
  validateRows,
} from "../../finetune-data/index.ts";
import { openText } from "../../io/text-source.ts";
import { checkTarget } from "../check-target.ts";
import type { CommonOptions } from "../context.ts";
import { type DataSink, openSink } from "./data-sink.ts";
import { countedOnly, type Validated, validatedJson, validatedLines } from "./validate-lines.ts";

interface ValidateOptions extends CommonOptions {
  readonly mode: ValidateMode;
  readonly model?: string;
  readonly encoding?: string;
  readonly maxTokens?: number;
  readonly epochs?: number;
  /** US dollars for a million trained tokens. */
  readonly price?: number;
  readonly strict?: boolean;
  readonly show: number;
  readonly report?: string;
  readonly force?: boolean;
}

/** Says of each row of a training file what is wrong with it, and of all rows how long and how dear they are. */
export async function validateFile(input: string, options: ValidateOptions): Promise<void> {
  const { mode, report: reportFile, price } = options;
  if (reportFile === "-" && options.json)
    throw new FinegaugeError("cli.usage", "--json and --report - both go to standard output", { hint: "--report FILE" });
  checkTarget(reportFile ?? "-");
  const { encoding, maxTokens } = limitsOf(options);
  const counter = await openCounter(encoding);
  const source = await openText(input);
  const opened: { abandon(): void }[] = [{ abandon: source.close }];
  try {
    const report = reportFile === undefined ? undefined : openSink(reportFile, options);
    if (report !== undefined) opened.push(report);
    const rows = validateRows(source, { mode, counter, maxTokens });
    const { validation, shown } = await readFindings(rows, report, options.show);
    report?.finish();
    const epochs = options.epochs ?? defaultEpochs(validation.rows);
    const billed = epochs * validation.tokensPerEpoch;
    const validated: Validated = {
      ...validation,
      file: source.name,
      mode,
      shown,
      counter,
      maxTokens,
      epochs,
      billed,
      cost: price === undefined ? undefined : (billed / 1_000_000) * price,
    };
    if (options.json) process.stdout.write(`${JSON.stringify(validatedJson(validated), null, 2)}\n`);
    else {
      const screen = reportFile === "-" ? process.stderr : process.stdout;
      const lines = validatedLines(validated, { isPlain: !screen.isTTY, reportFile });
      screen.write(`${lines.join("\n")}\n`);
    }
    if (validation.errors.size > 0 || (options.strict && validation.warnings.size > 0)) process.exitCode = 1;
  } finally {
    for (const one of opened) one.abandon();
  }
}

async function readFindings(rows: ReturnType<typeof validateRows>, report: DataSink | undefined, show: number) {
  const shown = { error: [] as RowFinding[], warning: [] as RowFinding[] };
  for (let next = rows.next(); ; next = rows.next()) {
    if (next.done) return { validation: next.value, shown };
    const finding = next.value;
    const list = shown[finding.level];
    if (list.length < show && !countedOnly.includes(finding.kind)) list.push(finding);
    const room = report?.put(`${JSON.stringify(finding)}\n`);
    if (room !== undefined) await room;
  }
}

const currentLimit = 65_536;
const oldLimit = 4096;

/** What the options say, else the model, else the rules. */
function limitsOf({ mode, model, encoding, maxTokens }: ValidateOptions): {
  readonly encoding: EncodingName;
  readonly maxTokens: number | undefined;
} {
  if (encoding !== undefined && !isEncoding(encoding)) {
    throw new FinegaugeError("cli.usage", `no encoding is called ${JSON.stringify(encoding)}`, {
      nearest: nearestNames(encoding, encodings),
      hint: `encodings: ${encodings.join(", ")}`,
    });
  }
  const isOld = mode !== "current";
  if (model === undefined)
    return {
      encoding: encoding ?? (isOld ? "cl100k_base" : "o200k_base"),
      maxTokens: maxTokens ?? (isOld ? oldLimit : currentLimit),
    };
  const known = tunableModel(model);
  const chosen = encoding ?? known?.encoding;
  if (chosen === undefined) {
    throw new FinegaugeError("cli.usage", `the encoding of ${JSON.stringify(model)} is not known`, {
      hint: `--encoding, such as ${encodings[0]}, with --max-tokens`,
    });
  }
  return { encoding: chosen, maxTokens: maxTokens ?? known?.maxTokens };
}

function isEncoding(name: string): name is EncodingName {
  return (encodings as readonly string[]).includes(name);
}
