import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { FinegaugeError, messageOf } from "../core/errors.ts";

/** How a dataset's rows were made into text for training. */
export type TrainingFormat =
  /** By one of the trainer's own templates. */
  | { readonly how: "template"; readonly name: string }
  /** By a Jinja template of the config. */
  | { readonly how: "jinja"; readonly text: string }
  /** By the template that came with the base model's tokenizer. */
  | { readonly how: "tokenizer" }
  /** No chat: instruction, input and answer under headings. */
  | { readonly how: "alpaca" }
  /** No chat: texts as they are. */
  | { readonly how: "plain" }
  /** In a way that is not known here. */
  | { readonly how: "other"; readonly type: string };

interface TrainingSet {
  readonly path: string;
  readonly format: TrainingFormat;
  /** The key and value that say so: `conversation: chatml`. */
  readonly said: string;
}

/** What a trainer's config says about the texts that a model was trained on. */
export interface TrainingConfig {
  readonly baseModel: string | undefined;
  readonly sets: readonly TrainingSet[];
  /** Names of tokens, as `special_tokens` gives them: `eos_token` to `<|im_end|>`. */
  readonly specialTokens: { readonly [role: string]: string };
  /** Tokens that training added to the vocabulary. */
  readonly addedTokens: readonly string[];
  /** Worth knowing about the config itself. */
  readonly notes: readonly string[];
}

const nullish = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined);

const datasetSchema = z.looseObject({
  path: nullish(z.string()),
  type: nullish(z.union([z.string(), z.looseObject({})])),
  conversation: nullish(z.string()),
  chat_template: nullish(z.string()),
  chat_template_jinja: nullish(z.string()),
});
type Dataset = z.output<typeof datasetSchema>;

const configSchema = z.looseObject({
  base_model: nullish(z.string()),
  chat_template: nullish(z.string()),
  chat_template_jinja: nullish(z.string()),
  datasets: z.array(datasetSchema).min(1),
  special_tokens: nullish(z.record(z.string(), nullish(z.string()))),
  tokens: nullish(z.array(z.string())),
});

/**
 * Reads an Axolotl config: those of today, and older ones with `type: sharegpt` and `conversation`.
 *
 * @throws FinegaugeError `data.missing`, `data.invalid` with the line
 */
export async function readTrainingConfig(file: string): Promise<TrainingConfig> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new FinegaugeError("data.missing", `the training config cannot be read (${cause.code})`, { where: { file }, cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col: column } = lines.linePos(broken.pos[0]);
    throw new FinegaugeError("data.invalid", `the training config is no YAML: ${broken.message}`, {
      where: { file, line, column },
    });
  }
  const checked = configSchema.safeParse(plainValue(document, file));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const path = issue?.path.join(".") ?? "";
    throw new FinegaugeError("data.invalid", `this is no Axolotl config: ${path === "" ? "" : `${path}: `}${issue?.message}`, {
      where: { file },
      hint: "it has base_model and a list of datasets",
    });
  }
  const { data: config } = checked;
  const notes = new Set<string>();
  const sets: TrainingSet[] = [];
  for (const dataset of config.datasets) {
    const { format, said } = formatOf(dataset, config, notes);
    sets.push({ path: dataset.path ?? "", said, format: await withText(format, file) });
  }
  return {
    baseModel: config.base_model,
    sets,
    specialTokens: definedOf(config.special_tokens ?? {}),
    addedTokens: config.tokens ?? [],
    notes: [...notes],
  };
}

/** An alias that stands for too much only shows itself when values are made. */
function plainValue(document: { toJS(): unknown }, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new FinegaugeError("data.invalid", `the training config is no YAML: ${messageOf(cause)}`, { where: { file }, cause });
  }
}

function definedOf(tokens: { readonly [role: string]: string | undefined }): { [role: string]: string } {
  return Object.fromEntries(Object.entries(tokens).flatMap(([role, token]) => (token === undefined ? [] : [[role, token]])));
}

/** What the oldest trainers took when nothing was said. */
const sharegptDefault = "vicuna_v1.1";

function formatOf(
  dataset: Dataset,
  config: z.output<typeof configSchema>,
  notes: Set<string>,
): { readonly format: TrainingFormat; readonly said: string } {
  const type = typeof dataset.type === "string" ? dataset.type : dataset.type === undefined ? "" : "a mapping";
  const [kind = ""] = type.split(/[.:]/);
  if (kind === "sharegpt") {
    const name = dataset.conversation ?? sharegptDefault;
    notes.add("`type: sharegpt` is refused by Axolotl today: write `type: chat_template` with `field_messages: conversations`");
    return {
      format: { how: "template", name },
      said: dataset.conversation === undefined ? "type: sharegpt" : `conversation: ${name}`,
    };
  }
  if (kind === "chat_template") {
    const name = dataset.chat_template ?? config.chat_template ?? "tokenizer_default";
    const jinja = dataset.chat_template_jinja ?? config.chat_template_jinja;
    const said = `chat_template: ${name}`;
    if (name === "jinja" && jinja !== undefined) return { format: { how: "jinja", text: jinja }, said };
    if (name.startsWith("tokenizer_default")) return { format: { how: "tokenizer" }, said };
    return { format: { how: "template", name }, said };
  }
  if (type === "alpaca") return { format: { how: "alpaca" }, said: "type: alpaca" };
  if (kind === "completion" || kind === "pretrain") return { format: { how: "plain" }, said: `type: ${type}` };
  return { format: { how: "other", type: type === "" ? "none" : type }, said: `type: ${type === "" ? "none" : type}` };
}

/** `chat_template_jinja` is a template, or the path of a file with one. */
async function withText(format: TrainingFormat, config: string): Promise<TrainingFormat> {
  if (format.how !== "jinja" || /[{\n]/.test(format.text)) return format;
  const file = resolve(dirname(config), format.text);
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new FinegaugeError("data.missing", `the file that chat_template_jinja names cannot be read (${cause.code})`, {
      where: { file },
      cause,
    });
  });
  return { how: "jinja", text };
}
