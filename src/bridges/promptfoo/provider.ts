import { z } from "zod";
import { type FunctionSetup, functionKind } from "../../core/catalogue.ts";
import type { Capabilities, CompletionFn, CompletionRequest, Sampling } from "../../core/completion.ts";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import { isBag, type Json } from "../../core/json.ts";
import { providerFailure, thrownFailure } from "./failure.ts";
import { inTime, type Limits } from "./in-time.ts";
import { promptText } from "./prompt-text.ts";
import { loadPromptfoo, type Provider } from "./promptfoo.ts";
import { filesHash, shownProvider, withPlace } from "./provider-id.ts";
import { completionOf } from "./reply.ts";

/** What the plan tells and the run keeps: another place for it would be another truth. */
const samplingKeys = ["temperature", "top_p", "max_tokens", "stop", "seed"];

const argsSchema = z.strictObject({
  /** As promptfoo calls it: `openai:chat:gpt-4.1-mini`, `anthropic:messages:…`, `exec:…`, `file://provider.js`. */
  provider: z.string().min(1),
  /** Its `config`. */
  config: z
    .record(z.string(), z.json())
    .superRefine((config, ctx) => {
      for (const key of samplingKeys.filter((one) => Object.hasOwn(config, one))) {
        ctx.addIssue({ code: "custom", path: [key], message: `${key} belongs in \`sampling\` of the entry, not in \`config\`` });
      }
    })
    .optional(),
  /** Seconds for one request. */
  timeout_s: z.number().positive().optional(),
  /** Requests at once at most. */
  concurrency_max: z.int().positive().optional(),
});
type ProviderArgs = z.output<typeof argsSchema>;

/** A provider of promptfoo: whatever it can reach. Retries are the engine's, not its own. */
export const promptfooProvider = functionKind({ args: argsSchema, create });

function create({ provider: id, config, ...args }: ProviderArgs, setup: FunctionSetup): CompletionFn {
  const { name } = setup;
  const placed = withPlace(id, (file) => setup.resolvePath(file));
  const timeoutMs = args.timeout_s === undefined ? setup.timeoutMs : args.timeout_s * 1000;
  let opening: Promise<Provider> | undefined;
  const open = () => {
    opening ??= openProvider(placed, config, setup);
    return opening;
  };

  return {
    name,
    identity: async () => {
      const file = filesHash(placed, config);
      const decisive = { provider: withoutCredentials(id), config: withoutSecrets(config ?? {}) };
      return {
        fn: "promptfoo",
        model: shownProvider(id),
        ...((config !== undefined || decisive.provider.includes("://")) && { endpoint_hash: hashJson(decisive) }),
        ...(file !== undefined && { file_sha256: file }),
        build: `promptfoo ${(await loadPromptfoo()).version}`,
      };
    },
    capabilities: async () => capabilitiesOf(await open(), args.concurrency_max),
    describe: () => "by promptfoo",
    complete: async (request, { signal }) => {
      const provider = await open();
      const began = performance.now();
      const asked = await ask(name, { signal, timeoutMs }, (abortSignal) => {
        const raw = promptText(request.prompt, id);
        const prompt = { raw, label: raw, config: configOf(request) };
        return provider.callApi(raw, { vars: {}, prompt }, { abortSignal });
      });
      return completionOf(name, asked, performance.now() - began);
    },
    embed: async (texts, { signal }) => {
      const provider = await open();
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        if (provider.callEmbeddingApi === undefined) throw new FinegaugeError("model.capability", `${name} gives no embeddings`);
        const asked = await ask(name, { signal, timeoutMs }, async () => provider.callEmbeddingApi?.(text));
        vectors.push(vectorOf(name, asked));
      }
      return vectors;
    },
    close: async () => {
      // One that could not be opened was told about when it was asked for.
      const provider = await opening?.catch(() => undefined);
      await provider?.cleanup?.();
    },
  };
}

async function openProvider(id: string, config: ProviderArgs["config"], { name, env }: FunctionSetup): Promise<Provider> {
  const { loadApiProvider } = await loadPromptfoo();
  // It may read any variable, so each that is one is a secret from here on. What is not set here it sends by its own choice.
  const options = { config: { maxRetries: 0, omitDefaults: true, ...config } };
  try {
    return await loadApiProvider(id, { options, basePath: process.cwd(), env: { ...env } });
  } catch (cause) {
    const message = `promptfoo cannot load the provider of ${name}: ${messageOf(cause)}`;
    throw new FinegaugeError("plugin.invalid", message, { hint: "promptfoo's documentation lists its providers", cause });
  }
}

/** What is the same for every provider, and no more: which of them takes tools or gives log-probabilities it does not say. */
function capabilitiesOf(provider: Provider, most: number | undefined): Capabilities {
  const no = (what: string) => ({ no: `${what} through promptfoo` });
  return {
    chat: "yes",
    text: "yes",
    logprobs: no("there are no tokens with log-probabilities"),
    top_logprobs_max: 0,
    continuations: no("no given text can be scored"),
    embeddings: provider.callEmbeddingApi === undefined ? "no" : "yes",
    tools: no("no tools can be offered"),
    json_schema: no("no schema can be asked for"),
    ...(most !== undefined && { concurrency_max: most }),
  };
}

/** What it throws is as much an answer as what it gives as `error`. */
async function ask<Value>(name: string, limits: Limits, call: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  try {
    return await inTime(name, limits, call);
  } catch (thrown) {
    if (thrown instanceof FinegaugeError) throw thrown;
    throw thrownFailure(name, thrown);
  }
}

/** Over the provider's own config, for this one request. */
function configOf({ sampling }: CompletionRequest): object {
  const { extra, max_tokens: most, ...others }: Sampling = sampling;
  // Of the two, a provider takes the one that its model knows.
  return { ...others, ...(most !== undefined && { max_tokens: most, max_completion_tokens: most }), ...extra };
}

const embeddingSchema = z.object({ embedding: z.array(z.number()).optional(), error: z.string().optional() });

function vectorOf(name: string, given: unknown): Float32Array {
  const { embedding, error } = embeddingSchema.catch({}).parse(given);
  if (error !== undefined) throw providerFailure(name, error);
  if (embedding === undefined) throw new FinegaugeError("provider.reply", `${name} gave neither embedding nor error`);
  return Float32Array.from(embedding);
}

const secretName = /key|token|secret|pass|auth|credential|cookie/i;

/** A key that is changed makes no other model. */
function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isBag(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !secretName.test(key));
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutSecrets(one)]));
}

function withoutCredentials(id: string): string {
  return id.replace(/\/\/[^/\s@]*@/, "//");
}
