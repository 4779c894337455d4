import type { CallContext, CompletionFn, CompletionRequest } from "../core/completion.ts";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import type { GivenReply } from "../core/given-model.ts";
import type { Bag } from "../core/json.ts";
import type { Prompt } from "../core/message.ts";
import { loadModule } from "../io/load-module.ts";

/** A plug-in as we call it: a `CompletionFn` of which only `complete` must be there. What it gives is not checked yet. */
export interface Plugin extends Partial<Omit<CompletionFn, "complete">> {
  complete(request: CompletionRequest, ctx: CallContext): GivenReply | Promise<GivenReply>;
}

/** A plug-in in its simplest form. */
type PluginFn = (
  prompt: Prompt,
  more: { readonly request: CompletionRequest; readonly ctx: CallContext },
) => GivenReply | Promise<GivenReply>;

const members = ["complete", "identity", "capabilities", "continuations", "embed", "close"] as const;

/**
 * Loads a plug-in and checks its shape.
 *
 * @param args given to `createCompletionFn`
 * @throws FinegaugeError `plugin.invalid`
 */
export async function loadPlugin(path: string, args: Bag | undefined): Promise<Plugin> {
  const invalid = (message: string, cause?: unknown) =>
    new FinegaugeError("plugin.invalid", message, { where: { file: path }, cause });
  const exported = await loadModule(path);
  const { createCompletionFn: factory } = exported;
  if (factory === undefined && args !== undefined)
    throw invalid("args are given, but the file exports no createCompletionFn that takes them");
  if (factory !== undefined && typeof factory !== "function")
    throw invalid(`createCompletionFn is ${kindOf(factory)}, not a function`);
  const [name, found] =
    factory !== undefined
      ? ["what createCompletionFn makes", await made(factory as (args: Bag) => unknown, args ?? {}, invalid)]
      : exported.completionFn !== undefined
        ? ["completionFn", exported.completionFn]
        : ["the default export", exported.default];
  if (found === undefined && factory === undefined) {
    const has = Object.keys(exported).join(", ") || "nothing";
    throw invalid(`the file exports ${has}, but neither completionFn, createCompletionFn nor a default`);
  }
  return asPlugin(found, name as string, invalid);
}

/**
 * A value as a plug-in.
 *
 * @param name of the value, for messages
 */
export function asPlugin(found: unknown, name: string, invalid: (message: string) => FinegaugeError): Plugin {
  if (typeof found === "function") {
    const fn = found as PluginFn;
    return { complete: (request, ctx) => fn(request.prompt, { request, ctx }) };
  }
  if (typeof found !== "object" || found === null)
    throw invalid(`${name} is ${kindOf(found)}, neither a function nor a CompletionFn`);
  const plugin = found as { readonly [member: string]: unknown };
  if (plugin.complete === undefined) throw invalid(`${name} has no function complete`);
  for (const member of members) {
    const value = plugin[member];
    if (value !== undefined && typeof value !== "function")
      throw invalid(`${name} has a ${member} that is ${kindOf(value)}, not a function`);
  }
  // Bound, since it may be an instance of a class.
  const bound = members
    .filter((member) => plugin[member] !== undefined)
    .map((member) => [member, (plugin[member] as () => unknown).bind(plugin)]);
  return Object.fromEntries(bound);
}

async function made(
  factory: (args: Bag) => unknown,
  args: Bag,
  invalid: (message: string, cause: unknown) => FinegaugeError,
): Promise<unknown> {
  try {
    return await factory(args);
  } catch (cause) {
    throw invalid(`createCompletionFn failed: ${messageOf(cause)}`, cause);
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return `a ${typeof value}`;
}
