import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { nearestNames } from "../core/nearest.ts";
import { besideRegistry } from "./beside-registry.ts";
import {
  checkedValue,
  type Part,
  unknownKey,
  warnOfRepeatedKey,
  withoutUnknownKeys,
  withYaml11Booleans,
} from "./checked-value.ts";
import { completionFnEntrySchema } from "./completion-fn-entry.ts";
import { expandEnv } from "./expand-env.ts";
import { isDotted } from "./find-scorer.ts";
import { followAlias } from "./follow-alias.ts";
import { warnOfIdleKeys } from "./idle-keys.ts";
import { knownKeys, unknownKeys } from "./known-keys.ts";
import type { CompletionFnEntry } from "./registry.ts";
import type { Tables } from "./tables.ts";
import { translateFunction } from "./upstream-function.ts";
import type { YamlEntry } from "./yaml-file.ts";

const aliasKeys: ReadonlySet<string> = new Set(["id", "description"]);

/**
 * The completion function that a name leads to; undefined when the registry has no such name.
 *
 * @throws FinegaugeError `registry.*` for one that cannot be used
 */
export async function resolveCompletionFn(tables: Tables, name: string): Promise<CompletionFnEntry | undefined> {
  const table = tables.completionFns;
  const entry = followAlias(table, name);
  if (entry === undefined) {
    if (tables.solvers.get(name) !== undefined) throw notPortable(name, "it is a solver", tables.solvers.get(name));
    // The name may be a prefix form such as `openai:gpt-4.1`, which no file needs to define.
    if (table.badFiles.some(({ text }) => text.includes(name))) throw table.unknown(name);
    return undefined;
  }
  const named = table.get(name);
  if (named !== undefined && named !== entry) warnOfIdleKeys(named, completionFnEntrySchema, aliasKeys, tables.warn);
  warnOfRepeatedKey(entry, tables.warn);
  const part: Part = { entry, path: [], value: expandAll(entry.read(), tables, entry) };
  const fields = checkedValue(completionFnEntrySchema, {
    ...part,
    value: withoutUnknownKeys(completionFnEntrySchema, part, tables.warn),
  });
  if (fields.class === undefined) {
    throw new FinegaugeError("registry.invalid", `completion function "${entry.name}" has neither class nor id`, {
      where: entry.place,
    });
  }
  const given = (entry.read().args ?? {}) as Bag;
  const translated = translateFunction(fields.class, given, entry, tables.warn);
  if (translated === undefined && isDotted(fields.class)) {
    throw notPortable(entry.name, `it runs a Python class of its own, ${fields.class}`, entry);
  }
  const className = translated?.class ?? fields.class;
  const load = Object.hasOwn(tables.catalogue.functions, className) ? tables.catalogue.functions[className] : undefined;
  if (load === undefined) {
    const known = Object.keys(tables.catalogue.functions);
    throw new FinegaugeError("registry.invalid", `completion function "${entry.name}": there is no class "${className}"`, {
      where: entry.placeOf(["class"]),
      nearest: nearestNames(className, known),
      hint: `classes: ${known.join(", ")}`,
    });
  }
  const { args: schema } = await load();
  const plain =
    translated === undefined ? ((fields.args ?? {}) as Bag) : (expandEnv(translated.args, tables.env, entry, ["args"]) as Bag);
  const args = withYaml11Booleans(schema, { entry, path: ["args"], value: plain }) as Bag;
  const [unknown] = unknownKeys(schema, args);
  if (unknown !== undefined) throw unknownKey({ entry, path: ["args"], value: args }, [], unknown, knownKeys(schema) ?? []);
  checkedValue(schema, { entry, path: ["args"], value: args });
  // What is sent belongs to the sampling: there the plan tells it, and the run keeps it.
  const { extra_options: options, ...others } = args as { extra_options?: Bag } & Bag;
  const extra = {
    ...options,
    ...(expandEnv(translated?.extra ?? {}, tables.env, entry, ["args", "extra_options"]) as Bag),
    ...fields.sampling?.extra,
  };
  return {
    name: entry.name,
    class: className,
    args: others,
    sampling: { ...fields.sampling, ...(Object.keys(extra).length > 0 && { extra }) } as CompletionFnEntry["sampling"],
    wrap: fields.wrap,
    price: fields.price,
    place: entry.place,
    root: entry.root,
    resolvePath: (file, folder) => besideRegistry(file, folder, entry.root, tables.cwd),
  };
}

/** Everything but `args.api_key`, which is read as a name, never as a value. */
function expandAll(entryValue: Bag, { env }: Tables, entry: YamlEntry): Bag {
  const { args, ...others } = entryValue;
  const dotted = typeof entryValue.class === "string" && isDotted(entryValue.class);
  return {
    ...(expandEnv(others, env, entry, []) as Bag),
    ...(args !== undefined && { args: dotted ? args : expandEnv(args, env, entry, ["args"]) }),
  };
}

function notPortable(name: string, reason: string, entry: YamlEntry | undefined): FinegaugeError {
  return new FinegaugeError("registry.not-portable", `completion function "${name}" cannot run here: ${reason}`, {
    where: entry?.place,
    hint: "wrap it in a program (class: command) or a module (class: module)",
  });
}
