import type { ScorerKind } from "../core/catalogue.ts";
import type { Sampling } from "../core/completion.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import type { Bag } from "../core/json.ts";
import { checkedValue, type Part, unknownKey, withoutUnknownKeys, withYaml11Booleans } from "./checked-value.ts";
import { type EvalEntry, evalEntrySchema } from "./eval-entry.ts";
import { dataArgs, type FoundEval, findEval, type Warn } from "./find-eval.ts";
import { knownKeys, unknownKeys } from "./known-keys.ts";
import { withGradingPrompt } from "./model-graded.ts";
import type { RegistryWarning, ResolvedEval } from "./registry.ts";
import type { Tables } from "./tables.ts";

/**
 * The eval that a name leads to, ready to be run.
 *
 * @throws FinegaugeError as `findEval`, and `registry.invalid` for arguments that the scorer does not take
 */
export async function resolveEval(tables: Tables, name: string): Promise<ResolvedEval> {
  const warnings: RegistryWarning[] = [];
  const warn = (warning: RegistryWarning) => void warnings.push(warning);
  const found = await findEval(tables, name, warn);
  const { entry, fields, scorer, fewShot, dataPaths, trainPaths } = found;
  const load = tables.catalogue.scorers[scorer.name];
  if (load === undefined) throw new Error(`there is no scorer ${scorer.name}`);
  const kind = await load();
  const args = checkArgs(kind, found, warn);
  const named = kind.judges(args);
  const base = baseFields(tables, entry.name);
  const [baseName = "", split = ""] = entry.name.split(".");
  const spec: EvalSpec = {
    name: entry.name,
    base: baseName,
    split,
    ...defined({
      description: fields.description ?? base.description,
      disclaimer: fields.disclaimer ?? base.disclaimer,
      higher_is_better: fields.higher_is_better ?? base.higher_is_better,
    }),
    class: fields.class,
    scorer: scorer.name,
    compat: scorer.compat,
    args: args as EvalSpec["args"],
    sampling: merged(kind.sampling(args), fields.sampling),
    ...defined({
      judge: fields.judge ?? (named.length > 0 ? [...named] : undefined),
      labels: fields.labels as EvalSpec["labels"],
      few_shot: fewShot && { rows: fewShot.rows, hash: fewShot.hash },
      group_by: fields.group_by,
      slices: fields.slices,
      train: fields.train,
      metrics: fields.metrics,
      gate: fields.gate,
    }),
  };
  return {
    spec,
    kind,
    root: entry.root,
    place: entry.place,
    placeOf: (path) => entry.placeOf(path),
    dataPaths,
    trainPaths,
    wrap: fewShot?.wrap,
    checkSample: (sample) => kind.checkSample(sample, args) ?? fewShot?.checkSample(sample),
    warnings,
  };
}

/** What the entry called like the first part of the name says about all evals of that name; its faults are its own. */
function baseFields(tables: Tables, name: string): Partial<EvalEntry> {
  try {
    const entry = tables.evals.get(name.slice(0, name.indexOf(".")));
    if (entry === undefined) return {};
    const value = withYaml11Booleans(evalEntrySchema, { entry, path: [], value: entry.read() });
    return evalEntrySchema.safeParse(value).data ?? {};
  } catch {
    return {};
  }
}

/** Arguments as they go into the spec; what the scorer does not know is refused, or only warned about under a dotted class. */
function checkArgs(kind: ScorerKind, { entry, args: given, scorer, gradingPrompt }: FoundEval, warn: Warn): Bag {
  const { gradingPrompt: schema } = kind;
  const args = gradingPrompt && schema ? withGradingPrompt(given, gradingPrompt, schema, warn) : given;
  const part: Part = { entry, path: ["args"], value: withYaml11Booleans(kind.args, { entry, path: ["args"], value: args }) };
  const value = part.value as Bag;
  if (scorer.compat) {
    const clean = withoutUnknownKeys(kind.args, part, warn) as Bag;
    checkedValue(kind.args, { ...part, value: clean });
    return clean;
  }
  const [unknown] = unknownKeys(kind.args, value);
  if (unknown !== undefined) throw unknownKey(part, [], unknown, [...(knownKeys(kind.args) ?? []), ...dataArgs]);
  checkedValue(kind.args, part, dataArgs);
  return value;
}

function merged(defaults: Sampling, own: Sampling = {}): Sampling {
  const extra = { ...defaults.extra, ...own.extra };
  return { ...defaults, ...own, ...(Object.keys(extra).length > 0 && { extra }) };
}

function defined<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };
}
