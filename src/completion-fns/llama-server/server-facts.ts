import { basename } from "node:path";
import { z } from "zod";
import { FinegaugeError } from "../../core/errors.ts";
import type { Connection } from "./connection.ts";

const propsSchema = z.object({
  default_generation_settings: z.object({ n_ctx: z.number() }),
  total_slots: z.number(),
  model_alias: z.string().optional(),
  model_path: z.string().optional(),
  model_ftype: z.string().optional(),
  chat_template: z.string().optional(),
  chat_template_caps: z.object({ supports_tools: z.boolean().optional() }).optional(),
  eos_token: z.string().optional(),
  build_info: z.string().optional(),
});

export const tokensSchema = z.object({ tokens: z.array(z.number()) });
export const templateSchema = z.object({ prompt: z.string() });

const modelsSchema = z.object({
  data: z.array(z.object({ meta: z.object({ n_vocab: z.number(), size: z.number().optional() }).nullish() })),
});

const adaptersSchema = z.array(z.object({ path: z.string().optional(), scale: z.number().optional() }));

/** What a llama-server says about itself. */
export interface ServerFacts {
  /** File name of the model, without folders. */
  readonly model: string;
  readonly template: string;
  readonly quantisation: string | undefined;
  readonly build: string | undefined;
  /** Names and strengths of the adapters in force. */
  readonly adapters: readonly string[];
  /** Requests answered at once, and the tokens that each may have. */
  readonly slots: number;
  readonly contextTokens: number;
  readonly vocabulary: number | undefined;
  /** Bytes of its weights. */
  readonly size: number | undefined;
  /** Ends a text. */
  readonly endToken: number | undefined;
  readonly tools: boolean;
  /** The template shows a system message that no other follows. */
  readonly systemAlone: boolean;
}

export async function readFacts({ ask }: Connection, signal: AbortSignal): Promise<ServerFacts> {
  const props = await ask(propsSchema, "/props", undefined, signal);
  const models = await ask(modelsSchema, "/v1/models", undefined, signal);
  const adapters = await ask(adaptersSchema, "/lora-adapters", undefined, signal);
  const content = props.eos_token ?? "";
  const { tokens } = await ask(tokensSchema, "/tokenize", { content, add_special: false, parse_special: true }, signal);
  return {
    model: fileName(props.model_path ?? props.model_alias ?? "unknown"),
    template: props.chat_template ?? "",
    quantisation: props.model_ftype,
    build: props.build_info,
    adapters: adapters.filter(({ scale }) => scale !== 0).map(({ path = "", scale = 1 }) => `${fileName(path)}*${scale}`),
    slots: props.total_slots,
    contextTokens: props.default_generation_settings.n_ctx,
    vocabulary: models.data[0]?.meta?.n_vocab,
    size: models.data[0]?.meta?.size,
    endToken: tokens.length === 1 ? tokens[0] : undefined,
    systemAlone: await showsSystemAlone(ask, signal),
    tools: props.chat_template_caps?.supports_tools === true,
  };
}

/** Found out by trying: some templates fail, others leave the message out. */
async function showsSystemAlone(ask: Connection["ask"], signal: AbortSignal): Promise<boolean> {
  const content = "a system message";
  try {
    const { prompt } = await ask(templateSchema, "/apply-template", { messages: [{ role: "system", content }] }, signal);
    return prompt.includes(content);
  } catch (error) {
    if (error instanceof FinegaugeError) return false;
    throw error;
  }
}

/** The server names files by their path on its machine, which is nobody's business. */
export function fileName(path: string): string {
  return basename(path.replaceAll("\\", "/"));
}
