import { basename } from "node:path";
import { z } from "zod";
import { type FunctionSetup, functionKind } from "../core/catalogue.ts";
import {
  type Capabilities,
  type CompletionFn,
  capabilitiesSchema,
  completionSchema,
  likelihoodSchema,
  modelIdentitySchema,
} from "../core/completion.ts";
import { hashJson } from "../core/hash.ts";
import { splitThinking } from "../core/think.ts";
import { checkStopped } from "./check-stopped.ts";
import { fileSha256 } from "./file-sha256.ts";
import { loadPlugin } from "./load-plugin.ts";
import { callPlugin, checkReply } from "./plugin-reply.ts";

const argsSchema = z.strictObject({
  /** A `.ts` or `.js` file. */
  file: z.string().min(1),
  /** Given to its factory. */
  args: z.record(z.string(), z.json()).optional(),
});
type ModuleArgs = z.output<typeof argsSchema>;

/**
 * A plug-in: a `.ts` or `.js` file that exports, as `completionFn` or as default, a `CompletionFn` or a function
 * `(prompt, {request, ctx}) => text`; or, as `createCompletionFn`, a factory that gets `args` and makes one of the two. A function may
 * give `{text, finish, usage, …}` instead of the text.
 *
 * What the plug-in throws is its sample's error. An error that carries `more: {retry: {}}` is tried again.
 */
export const module = functionKind({ args: argsSchema, create });

async function create(args: ModuleArgs, setup: FunctionSetup): Promise<CompletionFn> {
  const path = setup.resolvePath(args.file);
  const file = basename(path);
  const plugin = await loadPlugin(path, args.args);
  const { continuations, embed } = plugin;
  const guard = <T>(member: string, call: () => T | Promise<T>) => callPlugin(file, member, call);

  return {
    name: setup.name,
    identity: async () => ({
      ...checkReply(file, "identity", modelIdentitySchema.partial(), await guard("identity", () => plugin.identity?.() ?? {})),
      fn: "module",
      // What it says of itself is kept; that the file is another one must show all the same.
      model: args.args === undefined ? file : `${file} ${hashJson(args.args)}`,
      file_sha256: await fileSha256([path]),
    }),
    capabilities: async () =>
      checkReply(file, "capabilities", capabilitiesSchema, await guard("capabilities", () => plugin.capabilities?.() ?? assumed)),
    describe: () => file,
    complete: async (request, ctx) => {
      checkStopped(ctx.signal);
      const began = performance.now();
      const reply = await guard("complete", () => plugin.complete(request, ctx));
      const whole = typeof reply === "string" ? splitThinking(reply) : reply;
      const defaults = { finish: "stop", ms: performance.now() - began };
      return checkReply(file, "complete", completionSchema, typeof whole === "object" ? { ...defaults, ...whole } : whole);
    },
    ...(continuations && {
      continuations: async (request, ctx) => {
        const wanted = z.array(likelihoodSchema).length(request.continuations.length);
        return checkReply(file, "continuations", wanted, await guard("continuations", () => continuations(request, ctx)));
      },
    }),
    ...(embed && { embed: (texts, ctx) => guard("embed", () => embed(texts, ctx)) }),
    close: async () => {
      await guard("close", () => plugin.close?.());
    },
  };
}

/** Of a plug-in that does not say: text in, text out. */
const assumed: Capabilities = {
  chat: "yes",
  text: "yes",
  logprobs: "no",
  top_logprobs_max: 0,
  continuations: "no",
  embeddings: "no",
  tools: "no",
  json_schema: "no",
};
