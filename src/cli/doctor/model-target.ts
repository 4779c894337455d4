import { globSync } from "node:fs";
import { resolve } from "node:path";
import type { FunctionSetup } from "../../core/catalogue.ts";
import type { Bag } from "../../core/json.ts";
import type { Context } from "../context.ts";
import { findModels, type ModelReference, type OpeningSetup } from "../open-models.ts";

/** A model with what its completion function is made with. */
export interface ModelTarget {
  readonly reference: ModelReference;
  readonly args: Bag;
  readonly resolvePath: FunctionSetup["resolvePath"];
}

/** The models that texts of the command line name. Throws as `findModels` does. */
export async function modelTargets(texts: readonly string[], context: Context, timeoutMs: number): Promise<ModelTarget[]> {
  const { registry, environment } = context;
  const setup: OpeningSetup = { registry, environment, concurrency: 1, timeoutMs, timeoutAsked: timeoutMs / 1000 };
  const found = new Map<string, ModelTarget>();
  for (const text of texts.flatMap((list) => list.split(",")).map((part) => part.trim())) {
    for (const part of text === "" ? [] : partsOf(text)) {
      for (const reference of await findModels([part], setup))
        found.set(part + reference.name, await targetOf(part, reference, context));
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

async function targetOf(text: string, reference: ModelReference, { registry }: Context): Promise<ModelTarget> {
  const known = await registry.completionFnNames();
  const entry = known.includes(reference.name) ? await registry.completionFn(reference.name) : undefined;
  if (entry !== undefined) return { reference, args: entry.args, resolvePath: entry.resolvePath };
  return { reference, args: argsOf(text, reference.class), resolvePath: (file) => resolve(file) };
}

/** What a text such as `azure:gpt-4` says to its class. */
function argsOf(text: string, className: string): Bag {
  if (className === "llama") return { model: resolve(text) };
  const rest = text.startsWith(`${className}:`) ? text.slice(className.length + 1) : text;
  if (className === "azure") return { deployment: rest };
  if (className === "llama-server") return { url: rest };
  return className === "openai" ? { model: rest } : { file: rest };
}
