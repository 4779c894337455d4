import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import type { FunctionSetup } from "../../core/catalogue.ts";
import type { Capabilities, ModelIdentity } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import { fileSha256 } from "../file-sha256.ts";
import { quantisations } from "./ggml-types.ts";
import { type GgufHeader, readGguf } from "./gguf.ts";
import { largeModelBytes } from "./memory-gate.ts";
import { checkExists, modelParts } from "./model-files.ts";
import { type Runtime, sharedRuntime } from "./runtime.ts";

const file = z.string().min(1);

export const llamaArgs = z.strictObject({
  /** A GGUF file; relative to the registry's `models/`. Of a model in parts, the first. */
  model: file,
  /** Adapters in GGUF, applied in this order. */
  lora: z
    .union([file, z.array(file)])
    .nullable()
    .default(null),
  /** auto: one under 100 MB, where a second costs more than it brings; else the physical cores. */
  threads: z.union([z.literal("auto"), z.int().positive()]).default("auto"),
  /** auto: for models of 100 MB and more, if the installed build can. */
  gpu: z.union([z.enum(["auto", "on", "off"]), z.boolean()]).default("auto"),
  /** Prompt and reply together. Default: what the model was trained for, at most 8192. */
  context_tokens: z.int().min(2).optional(),
  /** A file with a Jinja template, in place of the model's own. */
  chat_template: file.optional(),
  /** chat: through the template, a text as one message; raw: a text as it is, a chat flattened. Default: chat if there is a template. */
  mode: z.enum(["chat", "raw"]).optional(),
  /** Role of a text prompt in a chat; openai/evals says system. */
  text_role: z.enum(["system", "user"]).default("system"),
});
export type LlamaArgs = z.output<typeof llamaArgs>;

const longestDefaultContext = 8192;

/** What is known about a model before it is loaded. */
export interface PreparedModel {
  readonly runtime: Runtime;
  /** Its name without folders. */
  readonly name: string;
  /** All its files; the first is the one to load. */
  readonly parts: readonly string[];
  readonly lora: readonly string[];
  readonly bytes: number;
  /** Of the adapters. */
  readonly adapterBytes: number;
  /** undefined = prompts are sent raw. */
  readonly template: string | undefined;
  readonly textRole: "system" | "user";
  readonly contextTokens: number;
  readonly vocabulary: number;
  readonly quantisation: string | undefined;
  readonly offload: boolean;
  readonly threads: number;
}

/** Checks the files and the installed llama.cpp, and decides how the model will run. */
export async function prepareModel(options: LlamaArgs, setup: FunctionSetup): Promise<PreparedModel> {
  const path = setup.resolvePath(options.model, "models");
  const name = basename(options.model);
  await checkExists(path);
  const header = readGguf(path);
  const parts = modelParts(path, Number(header.values.get("split.count") ?? 1));
  let bytes = header.bytes;
  for (const part of parts.slice(1)) {
    await checkExists(part);
    bytes += readGguf(part).bytes;
  }
  const lora = (typeof options.lora === "string" ? [options.lora] : (options.lora ?? [])).map((each) =>
    setup.resolvePath(each, "models"),
  );
  let adapterBytes = 0;
  for (const adapter of lora) {
    await checkExists(adapter);
    adapterBytes += readGguf(adapter).bytes;
  }
  const large = bytes >= largeModelBytes;
  const gpu = options.gpu === "auto" ? large : options.gpu === "on" || options.gpu === true;
  const runtime = await sharedRuntime(gpu);
  if (gpu && options.gpu !== "auto" && runtime.gpu === undefined) {
    throw new FinegaugeError(
      "model.capability",
      `${name} is to run on a GPU, but the installed node-llama-cpp has no build that finds one`,
      {
        hint: "set gpu: auto, or install node-llama-cpp with its optional packages",
      },
    );
  }
  return {
    runtime,
    name,
    parts,
    lora,
    bytes,
    adapterBytes,
    template: await templateOf(options, header, setup),
    textRole: options.text_role,
    contextTokens: contextTokensOf(options, header),
    vocabulary: header.lengths.get("tokenizer.ggml.tokens") ?? 0,
    quantisation: quantisations[Number(header.values.get("general.file_type"))],
    offload: gpu && runtime.gpu !== undefined,
    threads: options.threads === "auto" ? (large ? runtime.physicalCores : 1) : options.threads,
  };
}

async function templateOf(options: LlamaArgs, header: GgufHeader, setup: FunctionSetup): Promise<string | undefined> {
  if (options.mode === "raw") return undefined;
  if (options.chat_template !== undefined) {
    const path = setup.resolvePath(options.chat_template);
    await checkExists(path);
    return readFile(path, "utf8");
  }
  const template = header.values.get("tokenizer.chat_template");
  if (typeof template === "string" && template.trim() !== "") return template;
  if (options.mode === undefined) return undefined;
  throw new FinegaugeError("model.capability", `${basename(options.model)} has no chat template`, {
    hint: "name a Jinja file with chat_template, or use mode: raw",
  });
}

function contextTokensOf(options: LlamaArgs, header: GgufHeader): number {
  const trained = Number(
    header.values.get(`${header.values.get("general.architecture")}.context_length`) ?? longestDefaultContext,
  );
  return options.context_tokens ?? Math.min(trained, longestDefaultContext);
}

/** Reads every byte of the model. */
export async function identify(model: PreparedModel): Promise<ModelIdentity> {
  const adapters = await Promise.all(model.lora.map((adapter) => fileSha256([adapter])));
  return {
    fn: "llama",
    model: model.name,
    ...(model.textRole === "user" && { endpoint_hash: hashJson({ text_role: model.textRole }) }),
    file_sha256: await fileSha256(model.parts),
    ...(model.template !== undefined && { template_sha256: createHash("sha256").update(model.template).digest("hex") }),
    ...(adapters.length > 0 && { adapters }),
    ...(model.quantisation !== undefined && { quantisation: model.quantisation }),
    build: model.runtime.build,
  };
}

export function capabilitiesOf(model: PreparedModel): Capabilities {
  return {
    chat: "yes",
    text: "yes",
    logprobs: "yes",
    top_logprobs_max: model.vocabulary,
    continuations: "yes",
    embeddings: "no",
    tools: "no",
    json_schema: "no",
    context_tokens: model.contextTokens,
    concurrency_max: 1,
    size_bytes: model.bytes + model.adapterBytes,
  };
}

/** Where it runs, for the plan: `CPU, 1 thread`. */
export function describePlan(model: PreparedModel): string {
  const threads = `${model.threads} ${model.threads === 1 ? "thread" : "threads"}`;
  return model.offload ? `GPU (${model.runtime.gpu}), ${threads}` : `CPU, ${threads}`;
}
