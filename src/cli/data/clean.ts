import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import {
  type Conversation,
  cleanConversation,
  formatNamed,
  type LabelCodes,
  labelCodes,
  labelsOf,
  type MarkFinder,
  markCompletion,
  markFinder,
  mostCodes,
  openConversations,
  readLabels,
  type StripStep,
  textRedactor,
} from "../../finetune-data/index.ts";
import { type StagedFile, stageFile } from "../../io/staged-file.ts";
import { checkTarget } from "../check-target.ts";
import { note } from "../progress.ts";
import { type Made, type RewriteOptions, rewriteData, type Step } from "./rewrite-data.ts";
import { rewrittenJson, rewrittenLines } from "./rewritten-lines.ts";
import { spooledInput } from "./spooled-input.ts";

interface CleanOptions extends Omit<RewriteOptions, "labels"> {
  readonly links?: boolean;
  readonly codeBlocks?: boolean;
  readonly ids?: boolean;
  readonly mentions?: boolean;
  readonly emoji?: boolean;
  readonly whitespace?: boolean;
  /** What chats among people need. */
  readonly chat?: boolean;
  readonly all?: boolean;
  readonly redact?: boolean;
  /** Where it is kept what was taken out; nowhere, unless asked for. */
  readonly redactMap?: string;
  readonly labels?: boolean;
  /** The file whose labels are put back. */
  readonly decodeLabels?: string;
  readonly separator?: string;
  readonly leadingSpace?: boolean;
  readonly endMarker?: string;
}

const chatSteps: readonly StripStep[] = ["links", "mentions", "emoji", "whitespace"];

/** Takes out what nobody should learn, and gives answers and prompts the form that training wants. */
export async function cleanData(input: string, options: CleanOptions): Promise<void> {
  const { output = "-", force = false, dryRun, labels: isEncoding = false, redactMap } = options;
  const steps = stepsOf(options);
  const isRedacting = options.redact || options.chat || options.all || redactMap !== undefined;
  checkUsage(options, steps.size > 0 || isRedacting);
  const decoding = options.decodeLabels === undefined ? undefined : labelCodes(readLabelFile(options.decodeLabels));
  const mapFile = isEncoding ? `${withoutEnding(output)}.labels.json` : undefined;
  for (const target of [mapFile, redactMap]) checkTarget(target ?? "-");
  const staged: StagedFile[] = [];
  const stage = (file: string | undefined) => {
    const one = file === undefined || dryRun ? undefined : stageFile(file, { force });
    if (one !== undefined) staged.push(one);
    return one;
  };
  const isTwice = isEncoding || options.separator === "auto" || options.endMarker === "auto";
  const spooled = isTwice ? await spooledInput(input) : undefined;
  const path = spooled?.path ?? input;
  try {
    const [labelMap, valueMap] = [stage(mapFile), stage(redactMap)];
    const seen = isTwice ? await survey(path, options, steps, isRedacting) : undefined;
    const redactor = isRedacting ? textRedactor() : undefined;
    const encoding = isEncoding ? labelCodes(seen?.labels ?? []) : undefined;
    const marks = {
      separator: options.separator === "auto" ? seen?.marks.separator : options.separator,
      leadingSpace: options.leadingSpace,
      endMarker: options.endMarker === "auto" ? seen?.marks.endMarker : options.endMarker,
    };
    const { labels: _, ...rewriting } = options;
    const step: Step = (conversation, line) => {
      const cleaned = cleanConversation(conversation, { steps, redactor });
      if ("dropped" in cleaned) return [cleaned];
      const coded = withCodes(cleaned.conversation, { encoding, decoding, file: spooled?.name ?? input, line });
      if ("dropped" in coded) return [coded];
      const marked = markCompletion(coded.conversation, marks);
      const changed = [...cleaned.changed, ...(coded.conversation === cleaned.conversation ? [] : ["labels"]), ...marked.changed];
      return [{ conversation: marked.conversation, ...(changed.length > 0 && { changed }) }];
    };
    const rewritten = await rewriteData(path, undefined, rewriting, step);
    if (labelMap !== undefined) labelMap.write(`${JSON.stringify(encoding?.labels)}\n`);
    if (valueMap !== undefined) valueMap.write(`${JSON.stringify(Object.fromEntries(redactor?.values ?? []), null, 2)}\n`);
    for (const one of staged) one.settle();
    for (const one of staged) one.commit();
    const told = { ...rewritten, input: spooled?.name ?? rewritten.input };
    if (options.json) {
      const found = { ...(encoding !== undefined && { labels: encoding.labels }), ...(isTwice && { ...definedOf(marks) }) };
      process.stdout.write(`${JSON.stringify({ ...rewrittenJson(told), ...found }, null, 2)}\n`);
    } else {
      for (const line of rewrittenLines(told, dryRun)) note(line, options);
      if (mapFile !== undefined) note(`${encoding?.labels.length} labels · ${mapFile}`, options);
      if (redactMap !== undefined) note(`what was taken out is in ${redactMap}: keep it to yourself`, options);
      for (const [mark, text] of Object.entries(definedOf(marks))) note(`${mark}: ${JSON.stringify(text)}`, options);
    }
  } finally {
    for (const one of staged) one.abandon();
    spooled?.release();
  }
}

function stepsOf({ all, chat, links, codeBlocks, ids, mentions, emoji, whitespace }: CleanOptions): Set<StripStep> {
  const chosen: [StripStep, boolean | undefined][] = [
    ["links", links],
    ["code-blocks", codeBlocks],
    ["ids", ids],
    ["mentions", mentions],
    ["emoji", emoji],
    ["whitespace", whitespace],
  ];
  return new Set(chosen.flatMap(([step, wanted]) => (wanted || all || (chat && chatSteps.includes(step)) ? [step] : [])));
}

function checkUsage(options: CleanOptions, isCleaning: boolean): void {
  const { labels, decodeLabels, separator, leadingSpace, endMarker, output = "-" } = options;
  const refuse = (message: string, hint: string): never => {
    throw new FinegaugeError("cli.usage", message, { hint });
  };
  if (!isCleaning && !labels && decodeLabels === undefined && separator === undefined && !leadingSpace && endMarker === undefined)
    refuse("nothing is to be cleaned", "--chat, --all, --redact, or a step by its name; --help lists them");
  if (labels && decodeLabels !== undefined) refuse("--labels and --decode-labels undo each other", "one of them");
  if (labels && output === "-") refuse("the list of labels stands beside the output", "--output FILE");
}

function withoutEnding(file: string): string {
  return file.slice(0, file.length - extname(file).length);
}

function readLabelFile(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new FinegaugeError("data.missing", `cannot read the labels ${file}`, { where: { file }, cause });
  }
  return readLabels(text, file);
}

/** Only what is said of marks that there are. */
function definedOf({ separator, endMarker }: { readonly separator: string | undefined; readonly endMarker: string | undefined }) {
  return { ...(separator !== undefined && { separator }), ...(endMarker !== undefined && { end_marker: endMarker }) };
}

/** What can only be told from all rows: which labels there are, and which marks stand in no text. */
async function survey(
  path: string,
  options: CleanOptions,
  steps: ReadonlySet<StripStep>,
  isRedacting: boolean,
): Promise<{ readonly labels: readonly string[]; readonly marks: MarkFinder }> {
  const source = await openConversations(path, options.from === undefined ? undefined : formatNamed(options.from));
  const redactor = isRedacting ? textRedactor() : undefined;
  const labels = new Set<string>();
  const marks = markFinder();
  try {
    for (const row of source.rows) {
      if ("fault" in row) continue;
      const cleaned = cleanConversation(row.conversation, { steps, redactor });
      if ("dropped" in cleaned) continue;
      // One more than there may be is enough to say that they are too many.
      if (options.labels && labels.size <= mostCodes) for (const label of labelsOf(cleaned.conversation)) labels.add(label);
      marks.see(cleaned.conversation);
    }
  } finally {
    source.close();
  }
  const numbers = new Intl.Collator("en", { numeric: true });
  return { labels: [...labels].sort((a, b) => numbers.compare(a, b) || (a < b ? -1 : 1)), marks };
}

function withCodes(
  conversation: Conversation,
  where: {
    readonly encoding: LabelCodes | undefined;
    readonly decoding: LabelCodes | undefined;
    readonly file: string;
    readonly line: number;
  },
): Exclude<Made, { readonly changed?: unknown }> | { readonly conversation: Conversation } {
  const { encoding, decoding, file, line } = where;
  const codes = encoding ?? decoding;
  if (codes === undefined) return { conversation };
  if (labelsOf(conversation).length === 0) return { dropped: "it has no answer that could be a label" };
  try {
    return { conversation: encoding === undefined ? codes.decode(conversation) : codes.encode(conversation) };
  } catch (error) {
    if (!(error instanceof FinegaugeError)) throw error;
    throw new FinegaugeError(error.code, `line ${line}: ${error.message}`, { ...error.more, where: { file, line } });
  }
}
