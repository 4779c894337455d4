import type { ControlledEvaluateIndexOutput, ControlledEvaluateInputItem, Llama, Token } from "node-llama-cpp";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import type { LocalModel, Next, OpenVocabulary, Wanted } from "./local-model.ts";
import { namedVocabulary, vocabularyOf } from "./model-vocabulary.ts";

type Library = typeof import("node-llama-cpp");

/** llama.cpp in this process. */
export interface Runtime {
  /** `metal`, `cuda`, `vulkan`; undefined = CPU only. */
  readonly gpu: string | undefined;
  /** Version of llama.cpp. */
  readonly build: string;
  readonly physicalCores: number;
  open(options: ModelOptions): Promise<LocalModel>;
  /** Reads no weights: quick, and small, whatever the model's size. */
  openVocabulary(options: Pick<ModelOptions, "file" | "template">): Promise<OpenVocabulary>;
}

interface ModelOptions {
  readonly file: string;
  readonly lora: readonly string[];
  readonly threads: number;
  /** Put layers on the GPU. */
  readonly offload: boolean;
  readonly contextTokens: number;
  /** Jinja text; undefined = none, and `renderChat` throws. */
  readonly template: string | undefined;
}

const shared = new Map<boolean, Promise<Runtime>>();

/** The one runtime of this process for the CPU, or for whatever GPU there is. Models come and go, it stays. */
export function sharedRuntime(gpu: boolean): Promise<Runtime> {
  const known = shared.get(gpu);
  if (known !== undefined) return known;
  const opening = openRuntime(gpu);
  shared.set(gpu, opening);
  opening.catch(() => shared.delete(gpu));
  return opening;
}

/**
 * Loads the prebuilt llama.cpp; builds and downloads nothing.
 *
 * @param load the import, so that a test can leave the package out
 * @throws FinegaugeError `install.peer-missing`
 */
export async function openRuntime(gpu: boolean, load: () => Promise<Library> = () => import("node-llama-cpp")): Promise<Runtime> {
  const library = await load().catch((cause: unknown) => {
    throw new FinegaugeError(
      "install.peer-missing",
      "GGUF models are run by the package node-llama-cpp, which is not installed",
      {
        hint: "npm install node-llama-cpp",
        cause,
      },
    );
  });
  const complaints: string[] = [];
  const llama = await library
    .getLlama({
      build: "never",
      skipDownload: true,
      gpu: gpu ? "auto" : false,
      progressLogs: false,
      logLevel: library.LlamaLogLevel.error,
      logger: (_level, message) => {
        complaints.push(message.trim());
        if (complaints.length > 5) complaints.shift();
      },
      // Each context says how many threads it takes.
      maxThreads: 0,
    })
    .catch((cause: unknown) => {
      throw new FinegaugeError("install.peer-missing", `node-llama-cpp has no binary that runs here: ${messageOf(cause)}`, {
        hint: "use `class: llama-server` with a server of your own, or build one: npx node-llama-cpp source download",
        cause,
      });
    });
  const loaded = async <T>(file: string, open: () => Promise<T>): Promise<T> => {
    complaints.length = 0;
    try {
      return await open();
    } catch (cause) {
      if (cause instanceof FinegaugeError) throw cause;
      throw new FinegaugeError(
        "model.file-invalid",
        `llama.cpp cannot load it: ${[messageOf(cause), ...complaints].join("; ")}`,
        {
          where: { file },
          hint: "a model newer than node-llama-cpp needs an update of it, a large one a smaller context_tokens",
          cause,
        },
      );
    }
  };
  return {
    gpu: llama.gpu === false ? undefined : llama.gpu,
    build: llama.llamaCppRelease.release,
    physicalCores: llama.cpuMathCores,
    open: (options) => loaded(options.file, () => openModel(library, llama, options)),
    openVocabulary: ({ file, template }) =>
      loaded(file, async () => {
        const model = await llama.loadModel({ modelPath: file, vocabOnly: true, gpuLayers: 0 });
        try {
          return namedVocabulary(library, model, template);
        } catch (error) {
          await model.dispose();
          throw error;
        }
      }),
  };
}

async function openModel(library: Library, llama: Llama, options: ModelOptions): Promise<LocalModel> {
  const model = await llama.loadModel({ modelPath: options.file, gpuLayers: options.offload ? "auto" : 0 });
  try {
    const context = await model.createContext({
      sequences: 1,
      contextSize: options.contextTokens,
      threads: options.threads,
      // A context that shrinks when memory is short would make replies depend on the machine's other work.
      failedCreationRemedy: false,
      ...(options.lora.length > 0 && { lora: { adapters: options.lora.map((filePath) => ({ filePath })) } }),
    });
    const sequence = context.getSequence();
    return {
      // llama.cpp rounds a small context up.
      contextTokens: Math.min(options.contextTokens, context.contextSize),
      batchTokens: context.batchSize,
      ...vocabularyOf(library, model, options.template),
      clear: () => fromLlama(() => sequence.clearHistory()),
      rewind: (length) =>
        fromLlama(async () => {
          const end = sequence.nextTokenIndex;
          if (length < end) await sequence.eraseContextTokenRanges([{ start: length, end }]);
          return sequence.nextTokenIndex === length;
        }),
      evaluate: async (tokens, wanted) => {
        const wishes = tokens.map((_, index) => wanted(index));
        const input = tokens.map((token, index) => inputItem(token as Token, wishes[index]));
        const outputs = await fromLlama(() => sequence.controlledEvaluate(input));
        return wishes.map((wish, index) => (wish === undefined ? undefined : nextOf(outputs[index], wish)));
      },
      close: async () => {
        await context.dispose();
        await model.dispose();
      },
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** The library throws errors of no type of its own, e.g. when memory runs out. */
async function fromLlama<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new FinegaugeError("provider.reply", `llama.cpp failed: ${messageOf(cause)}`, { cause });
  }
}

function inputItem(token: Token, wanted: Wanted | undefined): ControlledEvaluateInputItem {
  if (wanted === undefined) return token;
  // Never `includeMax`: in 3.22.1 it leaves the maximum out. No options either: with a temperature the logits are those after sampling.
  const filter = { tokens: (wanted.tokens ?? []) as Token[], includeTop: wanted.top === "all" ? 1 : wanted.top };
  return [token, { generateNext: { totalLogitWeight: true, logits: wanted.top === "all" ? true : { filter } } }];
}

function nextOf(output: ControlledEvaluateIndexOutput | undefined, wanted: Wanted): Next {
  const { logits, totalLogitWeight } = output?.next ?? {};
  if (logits === undefined || totalLogitWeight === undefined)
    throw new Error("llama.cpp left out the logits that were asked for");
  const entries = [...logits].sort(([, a], [, b]) => b - a);
  const best = entries[0]?.[1] ?? 0;
  const normaliser = best + Math.log(totalLogitWeight);
  return {
    top: entries
      .slice(0, wanted.top === "all" ? undefined : wanted.top)
      .map(([token, logit]) => ({ token, logprob: logit - normaliser })),
    logprob: (token) => (logits.get(token as Token) ?? Number.NEGATIVE_INFINITY) - normaliser,
  };
}
