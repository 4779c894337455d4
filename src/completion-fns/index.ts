import type { FunctionKind } from "../core/catalogue.ts";

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

export { openWrap, wrapFn } from "./wrap.ts";
