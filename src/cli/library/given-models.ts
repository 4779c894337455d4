import { givenModel } from "../../completion-fns/index.ts";
import { FinegaugeError } from "../../core/errors.ts";
import type { GivenModel } from "../../core/given-model.ts";
import type { ModelReference } from "../open-models.ts";

/** A model by its name, as the command line takes it, or as a value. */
export type ModelChoice = string | GivenModel;

export function nameOfModel(choice: ModelChoice): string {
  return typeof choice === "string" ? choice : choice.name;
}

/**
 * The values among models, to be found by their names.
 *
 * @throws FinegaugeError `plugin.invalid`, `cli.usage` for two values of one name
 */
export async function givenModels(choices: readonly ModelChoice[]): Promise<readonly ModelReference[]> {
  const make = await givenModel();
  const given = new Map<string, { readonly model: GivenModel; readonly reference: ModelReference }>();
  for (const model of choices) {
    if (typeof model === "string") continue;
    const fn = make(model);
    if ((given.get(fn.name)?.model ?? model) !== model) {
      throw new FinegaugeError("cli.usage", `two models are called ${fn.name}`, { hint: "give each a name of its own" });
    }
    const reference: ModelReference = {
      name: fn.name,
      sampling: {},
      class: "given",
      price: undefined,
      concurrencyMax: undefined,
      // The function itself puts it around.
      wrap: async () => (prompt) => fn.wrap?.(prompt) ?? prompt,
      open: async () => fn,
    };
    given.set(fn.name, { model, reference });
  }
  return [...given.values()].map(({ reference }) => reference);
}
