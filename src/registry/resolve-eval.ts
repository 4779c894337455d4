import type { Sampling } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import { scorerName, uniqueNames } from "../core/make-scorers.ts";
import { nearestNames } from "../core/nearest.ts";
import { withYaml11Booleans } from "./checked-value.ts";
import { type EvalEntry, evalEntrySchema } from "./eval-entry.ts";
import { type FoundEval, findEval } from "./find-eval.ts";
import type { RegistryWarning, ResolvedEval, ResolvedScorer } from "./registry.ts";
import { resolveScorerPart } from "./scorer-part.ts";
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
  const { entry, fields, fewShot, dataPaths, trainPaths, trainFault } = found;
  const scorers: ResolvedScorer[] = [];
  for (const part of found.scorers) scorers.push(await resolveScorerPart(part, tables, warn));
  const [first, ...others] = scorers as [ResolvedScorer, ...ResolvedScorer[]];
  const { kind, args } = first;
  const names = uniqueNames(scorers.map(scorerName)).slice(1);
  const named = [...new Set(scorers.flatMap((one) => one.kind.judges(one.args)))];
  const metrics = { ...kind.metrics(args), ...fields.metrics };
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
    scorer: first.scorer,
    compat: first.compat,
    args: args as EvalSpec["args"],
    ...(others.length > 0 && {
      scorers: others.map(({ kind: _, ...one }, at) => ({ name: names[at] as string, ...one })) as EvalSpec["scorers"],
    }),
    sampling: merged(kind.sampling(args), fields.sampling),
    ...defined({
      judge: fields.judge ?? (named.length > 0 ? named : undefined),
      labels: fields.labels as EvalSpec["labels"],
      confusion_cost: checkedCosts(found),
      few_shot: fewShot && { rows: fewShot.rows, hash: fewShot.hash },
      group_by: fields.group_by,
      slices: fields.slices,
      train: fields.train,
      metrics: Object.keys(metrics).length > 0 ? metrics : undefined,
      gate: fields.gate,
    }),
  };
  return {
    spec,
    kind,
    kinds: scorers.map((one) => one.kind),
    root: entry.root,
    place: entry.place,
    placeOf: (path) => entry.placeOf(path),
    dataPaths,
    trainPaths,
    trainFault,
    wrap: fewShot?.wrap,
    checkSample(sample) {
      for (const one of scorers) {
        const fault = one.kind.checkSample(sample, one.args, spec.labels);
        if (fault !== undefined) return fault;
      }
      return fewShot?.checkSample(sample);
    },
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

/** Costs of confusing labels, each of which the eval has. */
function checkedCosts({ entry, fields: { confusion_cost: costs, labels } }: FoundEval): EvalSpec["confusion_cost"] {
  if (costs === undefined) return undefined;
  const known = Object.keys(labels ?? {});
  const refuse = (label: string, path: readonly string[], allowed: readonly string[]) => {
    const message = labels === undefined ? "confusion_cost needs labels" : `there is no label "${label}"`;
    return new FinegaugeError("registry.invalid", `"${entry.name}": ${message}`, {
      where: entry.placeOf(["confusion_cost", ...path], "key"),
      nearest: nearestNames(label, allowed),
      hint: labels === undefined ? "labels: [disk, network]" : `labels: ${allowed.join(", ")}`,
    });
  };
  for (const [right, row] of Object.entries(costs)) {
    if (!known.includes(right)) throw refuse(right, [right], known);
    const allowed = [...known, "other"];
    for (const said of Object.keys(row)) if (!allowed.includes(said)) throw refuse(said, [right, said], allowed);
  }
  return costs;
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
