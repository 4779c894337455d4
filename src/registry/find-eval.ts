import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { checkedValue, warnOfRepeatedKey, withoutUnknownKeys, withYaml11Booleans } from "./checked-value.ts";
import { dataFiles } from "./data-files.ts";
import { aliasKeys, type EvalEntry, evalEntrySchema } from "./eval-entry.ts";
import { type FewShot, readFewShot } from "./few-shot.ts";
import { followAlias } from "./follow-alias.ts";
import { warnOfIdleKeys } from "./idle-keys.ts";
import type { RegistryWarning } from "./registry.ts";
import { findScorerPart, type ScorerPart } from "./scorer-part.ts";
import { showPath } from "./show-path.ts";
import type { Tables } from "./tables.ts";
import type { YamlEntry } from "./yaml-file.ts";

/** An eval whose entry and data are in order; its scorers have not been asked about their arguments yet. */
export interface FoundEval {
  readonly entry: YamlEntry;
  readonly fields: EvalEntry & { readonly class: string };
  /** The first decides. */
  readonly scorers: readonly ScorerPart[];
  readonly dataPaths: readonly string[];
  readonly fewShot: FewShot | undefined;
  readonly trainPaths: readonly string[];
  readonly trainFault: FinegaugeError | undefined;
}

export type Warn = (warning: RegistryWarning) => void;

/**
 * Follows a name to its entry and finds its data.
 *
 * @throws FinegaugeError `registry.*`, `data.missing`, `data.lfs-pointer`, `data.invalid` (of few-shot rows)
 */
export async function findEval(tables: Tables, name: string, warn: Warn): Promise<FoundEval> {
  const entry = followAlias(tables.evals, name);
  if (entry === undefined) throw tables.evals.unknown(name, tables.evalSets.names());
  const named = tables.evals.get(name);
  if (named !== undefined && named !== entry) warnOfIdleKeys(named, evalEntrySchema, aliasKeys, warn);
  warnOfRepeatedKey(entry, warn);
  const fields = readFields(entry, warn);
  const given: Bag = { ...(fields.args as Bag | undefined), ...tables.evalArgs };
  const scorers = [
    findScorerPart({ class: fields.class, args: given }, { entry, path: [] }, tables, warn),
    ...(fields.scorers ?? []).map((named, at) =>
      findScorerPart({ class: named.class, args: (named.args ?? {}) as Bag }, { entry, path: ["scorers", at] }, tables, warn),
    ),
  ];
  const { root } = entry;
  const paths = (text: string, path: string[]) => dataFiles(text, { root, cwd: tables.cwd, where: entry.placeOf(path) });

  const samples = textArg(given, "samples_jsonl", entry);
  if (samples === undefined) {
    throw new FinegaugeError("registry.invalid", `eval "${entry.name}": args.samples_jsonl is missing`, {
      where: entry.placeOf(["args"], "key"),
      hint: `name a file below ${showPath(root, tables.cwd)}/data`,
    });
  }
  const dataPaths = paths(samples, ["args", "samples_jsonl"]);
  const fewShot = await findFewShot(given, entry, (text) => paths(text, ["args", "few_shot_jsonl"]), tables.cwd, warn);
  const { train } = fields;
  const training =
    train === undefined ? { trainPaths: [], trainFault: undefined } : findTrain(() => paths(train, ["train"]), entry);
  return {
    entry,
    fields,
    scorers,
    dataPaths,
    fewShot,
    ...training,
  };
}

/** The entry's own keys, checked. */
function readFields(entry: YamlEntry, warn: Warn): FoundEval["fields"] {
  const part = { entry, path: [], value: entry.read() };
  const value = withYaml11Booleans(evalEntrySchema, part);
  const fields = checkedValue(evalEntrySchema, { ...part, value: withoutUnknownKeys(evalEntrySchema, { ...part, value }, warn) });
  if (fields.class === undefined) {
    throw new FinegaugeError("registry.invalid", `eval "${entry.name}" has neither class nor id`, {
      where: entry.place,
      hint: "class names its scorer, id another eval that it stands for",
    });
  }
  if (!entry.name.includes(".")) {
    throw new FinegaugeError("registry.invalid", `the name of eval "${entry.name}" has no dot`, {
      where: entry.place,
      hint: `an eval with a class is called base.split.version, e.g. ${entry.name}.dev.v1; a name without dots is an alias (id)`,
    });
  }
  return { ...fields, class: fields.class };
}

async function findFewShot(
  args: Bag,
  entry: YamlEntry,
  find: (text: string) => readonly string[],
  cwd: string,
  warn: Warn,
): Promise<FewShot | undefined> {
  const wanted = args.num_few_shot ?? 0;
  const where = entry.placeOf(["args", "num_few_shot"]);
  if (typeof wanted !== "number" || !Number.isInteger(wanted) || wanted < 0) {
    throw new FinegaugeError("registry.invalid", `"${entry.name}": args.num_few_shot is no whole number`, { where });
  }
  const text = textArg(args, "few_shot_jsonl", entry);
  if (wanted === 0) {
    if (text !== undefined) {
      warn({
        message: `"${entry.name}": few_shot_jsonl has no effect without num_few_shot`,
        where: entry.placeOf(["args", "few_shot_jsonl"], "key"),
      });
    }
    return undefined;
  }
  if (text === undefined) {
    throw new FinegaugeError("registry.invalid", `"${entry.name}": num_few_shot needs few_shot_jsonl`, { where });
  }
  const [file = ""] = find(text);
  const fewShot = await readFewShot({ file, shown: showPath(file, cwd), wanted });
  if (fewShot.rows < wanted)
    warn({ message: `"${entry.name}": ${wanted} few-shot rows are asked for, ${text} has ${fewShot.rows}`, where });
  return fewShot.rows === 0 ? undefined : fewShot;
}

/** Training data may lie on another machine, where runs are made: only who asks a model cannot do without. */
function findTrain(find: () => readonly string[], { name }: YamlEntry): Pick<FoundEval, "trainPaths" | "trainFault"> {
  try {
    return { trainPaths: find(), trainFault: undefined };
  } catch (error) {
    if (!(error instanceof FinegaugeError)) throw error;
    const { code, message, more } = error;
    const hint = "put it there, or take `train:` out: then nobody looks whether samples are in it";
    const fault = new FinegaugeError(code, `the training data of "${name}": ${message}`, { hint, ...more });
    return { trainPaths: [], trainFault: fault };
  }
}

function textArg(args: Bag, key: string, entry: YamlEntry): string | undefined {
  const value = args[key];
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw new FinegaugeError("registry.invalid", `"${entry.name}": args.${key} is no path`, {
    where: entry.placeOf(["args", key]),
  });
}
