import type { FunctionKind } from "../core/catalogue.ts";
import type { OpenPromptViewer } from "./prompt-viewer.ts";

/** Ways to reach a model, by the class that a registry names; a file is loaded when its class is used. */
export const functionKinds: { readonly [name: string]: () => Promise<FunctionKind> } = {
  openai: async () => (await import("./openai.ts")).openai,
  azure: async () => (await import("./azure.ts")).azure,
  http: async () => (await import("./http.ts")).http,
  llama: async () => (await import("./llama/llama.ts")).llama,
  "llama-server": async () => (await import("./llama-server/llama-server.ts")).llamaServer,
  command: async () => (await import("./command.ts")).command,
  replay: async () => (await import("./replay/replay.ts")).replay,
  module: async () => (await import("./module.ts")).module,
};

/** How to see what a local model is shown, for the classes that tell. */
export const promptViewers: { readonly [name: string]: () => Promise<OpenPromptViewer> } = {
  llama: async () => (await import("./llama/view-prompts.ts")).viewLlamaPrompts,
  "llama-server": async () => (await import("./llama-server/llama-server.ts")).viewServerPrompts,
};

/** llama.cpp in this process, with whatever GPU it finds. Throws `install.peer-missing`. */
export const localRuntime = async () => (await import("./llama/runtime.ts")).sharedRuntime(true);

export type { PromptViewer, ShownToken } from "./prompt-viewer.ts";
/** The response cache; loaded by commands that use it. */
export const responseCache = () => import("./cache/index.ts");

export type { CachedModel, CacheMode } from "./cache/index.ts";
export { openWrap, wrapFn } from "./wrap.ts";

/** A model that is a value. */
export const givenModel = async () => (await import("./given-fn.ts")).givenFn;
