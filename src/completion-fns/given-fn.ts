import type { CompletionFn } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { GivenModel } from "../core/given-model.ts";
import { hashJson } from "../core/hash.ts";
import { asPlugin } from "./load-plugin.ts";
import { pluginFn } from "./plugin-fn.ts";

/**
 * A value as a completion function, guarded as a plug-in's file is. Whoever made it closes it.
 *
 * @throws FinegaugeError `plugin.invalid` for a value of another shape
 */
export function givenFn(model: GivenModel): CompletionFn {
  const invalid = (message: string) =>
    new FinegaugeError("plugin.invalid", message, { hint: "a model is a name, or { name, complete(request) }" });
  const { name, describe, wrap } = (typeof model === "object" && model !== null ? model : {}) as Partial<GivenModel>;
  if (typeof name !== "string" || name.trim() === "" || name.includes(",")) {
    throw invalid(`a model that is given has no name that can stand in a list: ${JSON.stringify(name)}`);
  }
  const plugin = asPlugin(model, `the model ${name}`, invalid);
  // A function that was changed is another model, as far as its text tells.
  const build = hashJson(String(model.complete));
  const { close: _, ...fn } = pluginFn(plugin, {
    name,
    label: name,
    identity: (own) => ({ fn: "given", model: name, ...(plugin.identity === undefined && { build }), ...own }),
  });
  return {
    ...fn,
    describe: () => describe?.call(model),
    ...(wrap && { wrap: (prompt) => wrap.call(model, prompt) }),
  };
}
