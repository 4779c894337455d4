import { createHash } from "node:crypto";
import { basename } from "node:path";
import { z } from "zod";
import { type FunctionSetup, functionKind } from "../../core/catalogue.ts";
import type { Capabilities, CompletionFn, ModelIdentity } from "../../core/completion.ts";
import { fileSha256 } from "../file-sha256.ts";
import { kept } from "../kept.ts";
import type { PromptViewer } from "../prompt-viewer.ts";
import { endpointHash, keyFrom, keyNameSchema, wireArgs, wireLimits } from "../wire-args.ts";
import { answerer } from "./answer.ts";
import { type OpenServerOptions, openServer } from "./open-server.ts";
import type { ServerFacts } from "./server-facts.ts";
import { viewPrompts } from "./view-prompts.ts";

const argsSchema = z
  .strictObject({
    /** Where one runs; nothing behind host and port, unless a proxy wants it. */
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** How to start one, `{port}` where the port goes; GGUF files are looked for in the registry's `models/`. No shell reads it. */
    command: z
      .array(z.string().min(1))
      .refine(
        (argv) => argv.some((each) => each.includes("{port}")),
        'say where the port goes: ["llama-server", "--port", "{port}", …]',
      )
      .optional(),
    /** For a key: names of variables that a started server gets although they look like secrets. */
    env: z.array(z.string()).default([]),
    api_key_env: keyNameSchema.optional(),
    /** chat: through the model's template; raw: a text as it is, a chat flattened, over llama-server's own endpoint. */
    mode: z.enum(["chat", "raw"]).default("chat"),
    /** How long it may take to load its model. */
    start_timeout_s: z.number().positive().default(300),
    text_role: wireArgs.text_role,
    timeout_s: wireArgs.timeout_s,
    concurrency_max: wireArgs.concurrency_max,
    top_logprobs_max: wireArgs.top_logprobs_max,
    extra_options: wireArgs.extra_options,
  })
  .refine(({ url, command }) => (url === undefined) !== (command === undefined), "give either url or command");
type ServerArgs = z.output<typeof argsSchema>;

/**
 * llama.cpp's own server: one that runs, or one that is started on a free port and ended with the run.
 *
 * It tells its context, its width and its model itself. Without a temperature it samples at its own default, 0.8. Special text in a
 * message (`<|end|>`) becomes the token it names, unlike in process.
 */
export const llamaServer = functionKind({ args: argsSchema, create });

function create(args: ServerArgs, setup: FunctionSetup): CompletionFn {
  const { mode } = args;
  const options = openingOf(args, setup);
  const { url, argv } = options;
  const server = kept(() => openServer(options));
  const answers = answerer(server.get, args);

  return {
    name: setup.name,
    identity: async () => {
      const { facts } = await server.get();
      return {
        ...identityOf(facts, mode),
        endpoint_hash: endpointHash(`${mode} ${args.url ?? argv.map((each) => basename(each)).join(" ")}`, args),
        ...(argv.length > 0 && { file_sha256: await fileSha256(argv.filter((each) => each.endsWith(".gguf"))) }),
      };
    },
    capabilities: async () => capabilitiesOf((await server.get()).facts, args),
    describe: () => (url === undefined ? `${mode}, ${basename(argv[0] ?? "")} started here` : `${mode} at ${url.host}`),
    complete: answers.complete,
    continuations: answers.continuations,
    close: async () => {
      await (await server.release())?.close();
    },
  };
}

function openingOf(args: ServerArgs, setup: FunctionSetup): OpenServerOptions {
  const { api_key_env: keyName } = args;
  return {
    url: args.url === undefined ? undefined : new URL(args.url),
    argv: (args.command ?? []).map((each) => (each.endsWith(".gguf") ? setup.resolvePath(each, "models") : each)),
    secrets: [...args.env, ...(keyName === undefined ? [] : [keyName])],
    key: keyName === undefined ? undefined : keyFrom(setup, keyName),
    keyName,
    startTimeoutMs: args.start_timeout_s * 1000,
    ...wireLimits(args, setup),
  };
}

/** What the model behind a server is shown: the server renders and cuts into tokens, and generates nothing. */
export async function viewServerPrompts(args: unknown, setup: FunctionSetup): Promise<PromptViewer> {
  const checked = argsSchema.parse(args);
  return viewPrompts(await openServer(openingOf(checked, setup)), checked);
}

function identityOf(facts: ServerFacts, mode: ServerArgs["mode"]): ModelIdentity {
  return {
    fn: "llama-server",
    model: facts.model,
    ...(mode === "chat" && { template_sha256: createHash("sha256").update(facts.template).digest("hex") }),
    ...(facts.adapters.length > 0 && { adapters: [...facts.adapters] }),
    ...(facts.quantisation !== undefined && { quantisation: facts.quantisation }),
    ...(facts.build !== undefined && { build: facts.build }),
  };
}

function capabilitiesOf(facts: ServerFacts, args: ServerArgs): Capabilities {
  const top = args.top_logprobs_max ?? facts.vocabulary ?? 20;
  const tools = args.mode === "chat" && facts.tools;
  return {
    chat: "yes",
    text: "yes",
    logprobs: top === 0 ? { no: "top_logprobs_max is 0" } : "yes",
    top_logprobs_max: top,
    continuations: "yes",
    embeddings: "no",
    tools: tools ? "yes" : { no: args.mode === "chat" ? "the model's chat template knows no tools" : "the function is raw" },
    json_schema: "yes",
    context_tokens: facts.contextTokens,
    concurrency_max: args.concurrency_max ?? facts.slots,
    concurrency_start: Math.min(args.concurrency_max ?? facts.slots, facts.slots),
    ...(facts.size !== undefined && { size_bytes: facts.size }),
  };
}
