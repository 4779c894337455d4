import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import type { FunctionSetup } from "../core/catalogue.ts";
import type { CompletionFn } from "../core/completion.ts";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { type Message, messageSchema, type Prompt, promptSchema } from "../core/message.ts";
import { adaptFn } from "./adapt-fn.ts";
import { type Wrapping, wrapPrompt } from "./wrap-prompt.ts";

/** `wrap:` as YAML has it. */
export interface WrapFiles {
  /** A text, or the path of a file that holds it. */
  readonly system?: string | undefined;
  /** Path of a JSONL file. */
  readonly few_shot?: string | undefined;
  /** A text, or the path of a file that holds it. */
  readonly template?: string | undefined;
}

/**
 * A completion function with a wrapping around its prompts; the same model wrapped otherwise has another identity.
 *
 * @throws FinegaugeError `data.missing`, `data.invalid` with the line
 */
export async function wrapFn(
  fn: CompletionFn,
  files: WrapFiles,
  setup: Pick<FunctionSetup, "resolvePath">,
): Promise<CompletionFn> {
  const wrapping = await readWrapping(files, setup);
  return adaptFn(fn, {
    identity: async () => {
      const identity = await fn.identity();
      return { ...identity, wrap_hash: hashJson({ ...wrapping, inner: identity.wrap_hash }) };
    },
    wrap: (prompt) => {
      const wrapped = wrapPrompt(prompt, wrapping);
      return fn.wrap === undefined ? wrapped : fn.wrap(wrapped);
    },
  });
}

/** What a `wrap:` puts around a prompt, without a model. Throws as `wrapFn` does. */
export async function openWrap(files: WrapFiles, setup: Pick<FunctionSetup, "resolvePath">): Promise<(prompt: Prompt) => Prompt> {
  const wrapping = await readWrapping(files, setup);
  return (prompt) => wrapPrompt(prompt, wrapping);
}

async function readWrapping(files: WrapFiles, setup: Pick<FunctionSetup, "resolvePath">): Promise<Wrapping> {
  return {
    ...(files.system !== undefined && { system: await textOrFile(files.system, setup) }),
    ...(files.few_shot !== undefined && { few_shot: await readExamples(files.few_shot, setup) }),
    ...(files.template !== undefined && { template: await textOrFile(files.template, setup) }),
  };
}

/** What names a file is one; what only looks like the name of a file has to be one. */
async function textOrFile(value: string, setup: Pick<FunctionSetup, "resolvePath">): Promise<string> {
  if (value.includes("\n") || value.length > 255) return value;
  const path = setup.resolvePath(value);
  if ((await stat(path).catch(() => undefined))?.isFile()) return readFile(path, "utf8");
  if (/^\S+\.(txt|md|jinja2?|prompt)$/.test(value)) throw missing(path);
  return value;
}

const exampleSchema = z.union([
  // What openai/evals writes.
  z.object({ sample: z.array(messageSchema).min(1) }),
  z.object({ messages: z.array(messageSchema).min(1) }),
  z.object({ input: promptSchema, ideal: z.union([z.string(), z.array(z.string()).min(1)]) }),
]);

async function readExamples(file: string, setup: Pick<FunctionSetup, "resolvePath">): Promise<Message[]> {
  const path = setup.resolvePath(file);
  const text = await readFile(path, "utf8").catch(() => {
    throw missing(path);
  });
  const lines = text.split("\n").map((line, i) => ({ line, number: i + 1 }));
  return lines.filter(({ line }) => line.trim() !== "").flatMap(({ line, number }) => parseExample(line, path, number));
}

function parseExample(line: string, file: string, number: number): Message[] {
  const invalid = (message: string) => new FinegaugeError("data.invalid", message, { where: { file, line: number } });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw invalid(`this is not JSON: ${messageOf(error)}`);
  }
  const parsed = exampleSchema.safeParse(value);
  if (!parsed.success) {
    throw invalid('a few-shot line is {"messages": [{"role", "content"}, …]}, {"sample": […]} or {"input": …, "ideal": …}');
  }
  if ("sample" in parsed.data) return parsed.data.sample;
  if ("messages" in parsed.data) return parsed.data.messages;
  const { input, ideal } = parsed.data;
  const asked: Message[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
  return [...asked, { role: "assistant", content: typeof ideal === "string" ? ideal : (ideal[0] as string) }];
}

function missing(file: string): FinegaugeError {
  return new FinegaugeError("data.missing", "a file that `wrap:` names is not there", { where: { file } });
}
