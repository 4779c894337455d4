import type { ScorerKind } from "../core/catalogue.ts";
import type { Bag } from "../core/json.ts";
import { besideRegistry } from "./beside-registry.ts";
import {
  checkedValue,
  type Part,
  unknownKey,
  warnOfRepeatedKey,
  withoutUnknownKeys,
  withYaml11Booleans,
} from "./checked-value.ts";
import { type FoundScorer, findScorer } from "./find-scorer.ts";
import { knownKeys, unknownKeys } from "./known-keys.ts";
import { findGradingPrompt, type GradingPrompt, withGradingPrompt } from "./model-graded.ts";
import type { RegistryWarning, ResolvedScorer } from "./registry.ts";
import type { Tables } from "./tables.ts";
import type { YamlEntry } from "./yaml-file.ts";

/** Arguments that name data; the registry's own, never a scorer's. */
export const dataArgs = ["samples_jsonl", "few_shot_jsonl", "num_few_shot"];

/** A class and its arguments as an entry names them; the scorer has not been asked about the arguments yet. */
export interface ScorerPart {
  readonly entry: YamlEntry;
  /** To the mapping in the entry that has both; empty for the entry itself. */
  readonly path: readonly PropertyKey[];
  readonly class: string;
  readonly scorer: FoundScorer;
  /** Without data arguments, where those may stand. */
  readonly args: Bag;
  readonly gradingPrompt: GradingPrompt | undefined;
}

/** @throws FinegaugeError `registry.not-portable`, `registry.invalid` at line and column */
export function findScorerPart(
  named: { readonly class: string; readonly args: Bag },
  { entry, path }: Pick<ScorerPart, "entry" | "path">,
  tables: Tables,
  warn: (warning: RegistryWarning) => void,
): ScorerPart {
  const scorer = findScorer(named.class, named.args, entry, tables.catalogue, path);
  const gradingPrompt = findGradingPrompt(named.args, entry, tables, path);
  if (gradingPrompt !== undefined) warnOfRepeatedKey(gradingPrompt.entry, warn);
  const own = path.length === 0 ? Object.entries(named.args).filter(([key]) => !dataArgs.includes(key)) : undefined;
  const args = { ...(own ? Object.fromEntries(own) : named.args), ...scorer.args };
  return { entry, path, class: named.class, scorer, args, gradingPrompt };
}

/** The scorer's kind, asked about the arguments. */
export async function resolveScorerPart(
  part: ScorerPart,
  tables: Tables,
  warn: (warning: RegistryWarning) => void,
): Promise<ResolvedScorer> {
  const { scorer } = part;
  const load = tables.catalogue.scorers[scorer.name];
  if (load === undefined) throw new Error(`there is no scorer ${scorer.name}`);
  const kind = await load();
  const args = checkArgs(kind, part, warn);
  return { class: part.class, scorer: scorer.name, compat: scorer.compat, ...(await opened(kind, args, part, tables)) };
}

/** The kind and its arguments once what they name beside the registry is read. */
async function opened(
  kind: ScorerKind,
  args: Bag,
  { entry, path }: ScorerPart,
  tables: Tables,
): Promise<Pick<ResolvedScorer, "kind" | "args">> {
  if (kind.open === undefined) return { kind, args };
  const { args: instead = args, create } = await kind.open(args, {
    root: entry.root,
    resolvePath: (file) => besideRegistry(file, undefined, entry.root, tables.cwd),
    placeOf: (inside) => entry.placeOf([...path, "args", ...inside]),
    env: tables.env,
  });
  return { kind: create === undefined ? kind : { ...kind, create: (_, setup) => create(setup) }, args: instead };
}

/** Arguments as they go into the spec; what the scorer does not know is refused, or only warned about under a dotted class. */
function checkArgs(
  kind: ScorerKind,
  { entry, path, args: given, scorer, gradingPrompt }: ScorerPart,
  warn: (warning: RegistryWarning) => void,
): Bag {
  const { gradingPrompt: schema } = kind;
  const args = gradingPrompt && schema ? withGradingPrompt(given, gradingPrompt, schema, warn) : given;
  const at = [...path, "args"];
  const part: Part = { entry, path: at, value: withYaml11Booleans(kind.args, { entry, path: at, value: args }) };
  const value = part.value as Bag;
  if (scorer.compat) {
    const clean = withoutUnknownKeys(kind.args, part, warn) as Bag;
    checkedValue(kind.args, { ...part, value: clean });
    return clean;
  }
  const more = path.length === 0 ? dataArgs : [];
  const [unknown] = unknownKeys(kind.args, value);
  if (unknown !== undefined) throw unknownKey(part, [], unknown, [...(knownKeys(kind.args) ?? []), ...more]);
  checkedValue(kind.args, part, more);
  return value;
}
