import { z } from "zod";
import {
  type Capabilities,
  type CompletionFn,
  capabilitiesSchema,
  completionSchema,
  likelihoodSchema,
  type ModelIdentity,
  modelIdentitySchema,
} from "../core/completion.ts";
import { splitThinking } from "../core/think.ts";
import type { Plugin } from "./load-plugin.ts";
import { callPlugin, checkReply } from "./plugin-reply.ts";
import { untilStopped } from "./until-stopped.ts";

interface PluginSetup {
  readonly name: string;
  /** What messages and the plan call it. */
  readonly label: string;
  /** @param own what it says of itself */
  identity(own: Partial<ModelIdentity>): ModelIdentity | Promise<ModelIdentity>;
}

/** Somebody else's code as a completion function: what it gives is checked, and what it throws is its sample's error. */
export function pluginFn(plugin: Plugin, { name, label, identity }: PluginSetup): CompletionFn {
  const { continuations, embed } = plugin;
  const guard = <T>(member: string, call: () => T | Promise<T>) => callPlugin(label, member, call);

  return {
    name,
    identity: async () =>
      identity(
        checkReply(label, "identity", modelIdentitySchema.partial(), await guard("identity", () => plugin.identity?.() ?? {})),
      ),
    capabilities: async () =>
      checkReply(
        label,
        "capabilities",
        capabilitiesSchema,
        await guard("capabilities", () => plugin.capabilities?.() ?? assumed),
      ),
    describe: () => label,
    complete: async (request, ctx) => {
      const began = performance.now();
      const reply = await untilStopped(ctx.signal, () => guard("complete", () => plugin.complete(request, ctx)));
      const defaults = { finish: "stop", ms: performance.now() - began };
      // A reply is somebody else's object: reading it runs their code too.
      const whole = await guard("complete", () => {
        const read = typeof reply === "string" ? splitThinking(reply) : reply;
        return typeof read === "object" ? { ...defaults, ...read } : read;
      });
      return checkReply(label, "complete", completionSchema, whole);
    },
    ...(continuations && {
      continuations: async (request, ctx) => {
        const wanted = z.array(likelihoodSchema).length(request.continuations.length);
        const given = await untilStopped(ctx.signal, () => guard("continuations", () => continuations(request, ctx)));
        return checkReply(label, "continuations", wanted, given);
      },
    }),
    ...(embed && { embed: (texts, ctx) => untilStopped(ctx.signal, () => guard("embed", () => embed(texts, ctx))) }),
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
