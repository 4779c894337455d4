import { globSync } from "node:fs";
import { resolve } from "node:path";
import { functionKinds } from "../../completion-fns/index.ts";
import type { FunctionKind, FunctionSetup } from "../../core/catalogue.ts";
import type { CompletionFn } from "../../core/completion.ts";
import type { Bag } from "../../core/json.ts";
import type { Context } from "../context.ts";
import { findModels, type ModelReference, type OpeningSetup } from "../open-models.ts";

/** A model with what its completion function is made with. */
export interface ModelTarget {
  readonly reference: ModelReference;
  readonly args: Bag;
  readonly setup: FunctionSetup;
  open(): Promise<CompletionFn>;
}

/** The models that texts of the command line name. Throws as `findModels` does. */
export async function modelTargets(texts: readonly string[], context: Context, timeoutMs: number): Promise<ModelTarget[]> {
  const { registry, environment } = context;
  const setup: OpeningSetup = { registry, environment, concurrency: 1, timeoutMs, timeoutAsked: timeoutMs / 1000 };
  const found = new Map<string, ModelTarget>();
  for (const text of texts.flatMap((list) => list.split(",")).map((part) => part.trim())) {
    for (const part of text === "" ? [] : partsOf(text)) {
      for (const reference of await findModels([part], setup))
        found.set(part + reference.name, await targetOf(part, reference, setup));
    }
  }
  return [...found.values()];
}

/** A glob of files as its files, since one of them is looked at by its path. */
function partsOf(text: string): string[] {
  if (!/\.gguf$/i.test(text) || !/[*?[{]/.test(text)) return [text];
  const files = globSync(text).sort();
  return files.length === 0 ? [text] : files;
}

async function targetOf(text: string, reference: ModelReference, opening: OpeningSetup): Promise<ModelTarget> {
  const { registry, environment, timeoutMs } = opening;
  const known = await registry.completionFnNames();
  const entry = known.includes(reference.name) ? await registry.completionFn(reference.name) : undefined;
  const args = entry?.args ?? argsOf(text, reference.class);
  const resolvePath = entry?.resolvePath ?? ((file: string) => resolve(file));
  const setup: FunctionSetup = { name: reference.name, resolvePath, env: environment.variables, concurrency: 1, timeoutMs };
  if (reference.class !== "llama-server" || args.url === undefined)
    return { reference, args, setup, open: () => reference.open() };
  // One that is loading its model would be waited for as long as a run does.
  const hurried = { ...args, start_timeout_s: timeoutMs / 1000 };
  return { reference, args: hurried, setup, open: async () => (await kindOf(reference.class)).create(hurried, setup) };
}

async function kindOf(className: string): Promise<FunctionKind> {
  const load = functionKinds[className];
  if (load === undefined) throw new Error(`there is no class ${className}`);
  return load();
}

/** What a text such as `azure:gpt-4` says to its class. */
function argsOf(text: string, className: string): Bag {
  if (className === "llama") return { model: resolve(text) };
  const rest = text.startsWith(`${className}:`) ? text.slice(className.length + 1) : text;
  if (className === "azure") return { deployment: rest };
  if (className === "llama-server") return { url: rest };
  return className === "openai" ? { model: rest } : { file: rest };
}
