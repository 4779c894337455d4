import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Catalogue } from "../../core/catalogue.ts";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import type { EvalSpec } from "../../core/eval-spec.ts";
import type { Bag } from "../../core/json.ts";
import type { SampleRow } from "../../core/sample.ts";
import type { Registry } from "../../registry/index.ts";
import { type GivenScorer, givenScorer } from "../../scorers/index.ts";
import { scorerKinds } from "../catalogue.ts";
import { listOf } from "./checked-options.ts";

/** A scorer by its name, with arguments, or as a value. */
export type ScorerChoice = string | { readonly class: string; readonly args?: Bag } | GivenScorer;

type EvalKeys = Pick<
  EvalSpec,
  | "description"
  | "labels"
  | "confusion_cost"
  | "judge"
  | "sampling"
  | "group_by"
  | "slices"
  | "train"
  | "metrics"
  | "higher_is_better"
  | "gate"
>;

/** An eval that is a value: what YAML says under the same keys, with samples and scorers in place. */
export interface GivenEval extends Partial<EvalKeys> {
  /** `base.split.version`; without a dot it becomes `<name>.given.v1`. */
  readonly name: string;
  /** Rows as a sample file has them. */
  readonly samples: Iterable<SampleRow> | AsyncIterable<SampleRow>;
  /** The first decides; each judges the same reply. */
  readonly scorers: ScorerChoice | readonly ScorerChoice[];
}

/** Evals that are values, as a registry has them. */
interface OpenedEvals {
  /** A registry root; undefined where no eval is given. */
  readonly root: string | undefined;
  readonly names: readonly string[];
  readonly scorers: Catalogue["scorers"];
  /** The registry, with given scorers called what a run file may say of them. */
  around(registry: Registry): Registry;
  /** What went wrong, told of the values and not of files that nobody wrote. */
  told(error: unknown): unknown;
  close(): void;
}

/**
 * Writes evals that are values into a registry of its own, in a folder that `close` removes: so every row is checked, indexed and read as
 * any other, and a million of them stand in no memory.
 *
 * @throws FinegaugeError `cli.usage`, `plugin.invalid`
 */
export async function openGivenEvals(evals: readonly GivenEval[]): Promise<OpenedEvals> {
  if (evals.length === 0) {
    const nothing = { root: undefined, names: [], scorers: {} };
    return { ...nothing, around: (registry) => registry, told: (error) => error, close: () => {} };
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "finegauge-")));
  const close = () => rmSync(folder, { recursive: true, force: true });
  const scorers = new Map<string, GivenScorer>();
  const places = new Map<string, string>();
  try {
    for (const kind of ["evals", "data"]) mkdirSync(join(folder, kind));
    const names: string[] = [];
    for (const [at, given] of evals.entries()) {
      const { samples, scorers: chosen, name, ...keys } = given ?? {};
      const concrete = nameOf(name, names);
      names.push(concrete);
      const data = join(folder, "data", `${at}.jsonl`);
      const entry = join(folder, "evals", `${at}.yaml`);
      places.set(data, `samples of ${concrete}`).set(entry, `eval ${concrete}`);
      if (!isIterable(samples)) throw usage(`the samples of ${concrete} are no list`, 'samples: [{ input: "2+2?", ideal: "4" }]');
      await writeRows(data, samples, concrete);
      const [first, ...others] = listOf(chosen ?? []).map((one) => named(one, scorers));
      if (first === undefined) throw usage(`eval ${concrete} has no scorer`, 'scorers: "exact"');
      const args = { ...first.args, samples_jsonl: data };
      const value = { ...keys, class: first.class, args, ...(others.length > 0 && { scorers: others }) };
      await writeText(entry, `${JSON.stringify({ [concrete]: value })}\n`);
    }
    const make = await givenScorer();
    const kinds = [...scorers].map(([name, scorer]) => [name, async () => make(scorer)] as const);
    return {
      root: folder,
      names,
      scorers: Object.fromEntries(kinds),
      around: (registry) => withModules(registry, scorers),
      told: (error) => retold(error, places),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function nameOf(name: unknown, taken: readonly string[]): string {
  if (typeof name !== "string" || !/^[\w@-]+(\.[\w@-]+)*$/.test(name)) {
    throw usage(`an eval that is given is called ${JSON.stringify(name)}`, "letters, digits, - and _, such as capitals.dev.v1");
  }
  const concrete = name.includes(".") ? name : `${name}.given.v1`;
  if (taken.includes(concrete)) throw usage(`two evals are called ${concrete}`, "give each a name of its own");
  return concrete;
}

/** A scorer as an entry of the registry names it. */
function named(choice: ScorerChoice, known: Map<string, GivenScorer>): { class: string; args?: Bag } {
  if (typeof choice === "string") return { class: choice };
  if (!("score" in choice)) return choice;
  const { name } = choice;
  if (typeof name !== "string" || !/^[\w-]+$/.test(name)) {
    throw usage(`a scorer that is given is called ${JSON.stringify(name)}`, "letters, digits, - and _");
  }
  if (Object.hasOwn(scorerKinds, name) || (known.has(name) && known.get(name) !== choice)) {
    throw usage(`two scorers are called ${name}`, "give each a name of its own");
  }
  known.set(name, choice);
  return { class: name };
}

function isIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

const rowsAtOnce = 1000;

async function writeRows(file: string, rows: GivenEval["samples"], name: string): Promise<void> {
  const handle = await open(file, "w", 0o600);
  try {
    let held: string[] = [];
    let number = 0;
    for await (const row of rows) {
      held.push(`${rowText(row, ++number, name)}\n`);
      if (held.length < rowsAtOnce) continue;
      await handle.write(held.join(""));
      held = [];
    }
    await handle.write(held.join(""));
  } finally {
    await handle.close();
  }
}

/** A cycle, a BigInt or a getter that throws is no JSON. */
function rowText(row: SampleRow, number: number, name: string): string {
  try {
    return JSON.stringify(row);
  } catch (cause) {
    throw new FinegaugeError("data.invalid", `sample ${number} is no JSON: ${messageOf(cause).split("\n")[0]}`, {
      where: { file: `samples of ${name}`, line: number },
      hint: "texts, numbers, lists and objects without a cycle",
      cause,
    });
  }
}

async function writeText(file: string, text: string): Promise<void> {
  const handle = await open(file, "w", 0o600);
  await handle.write(text).finally(() => handle.close());
}

/** In a run file a scorer that is code of the user's is a module: known by name, and never run because a file says so. */
function withModules(registry: Registry, scorers: ReadonlyMap<string, unknown>): Registry {
  const asModule = <Part extends { readonly class: string; readonly scorer: string; readonly args: Bag }>(part: Part): Part =>
    scorers.has(part.scorer) ? { ...part, class: "module", scorer: "module", args: { file: part.scorer } } : part;
  return {
    ...registry,
    get warnings() {
      return registry.warnings;
    },
    async eval(name) {
      const resolved = await registry.eval(name);
      const { scorers: others } = resolved.spec;
      return { ...resolved, spec: { ...asModule(resolved.spec), ...(others && { scorers: others.map(asModule) }) } };
    },
  };
}

function retold(error: unknown, places: ReadonlyMap<string, string>): unknown {
  if (!(error instanceof FinegaugeError)) return error;
  const said = (text: string) => [...places].reduce((all, [file, name]) => all.replaceAll(file, name), text);
  const { where } = error.more;
  return new FinegaugeError(error.code, said(error.message), {
    ...error.more,
    ...(where && { where: { ...where, file: said(where.file) } }),
  });
}

function usage(message: string, hint: string): FinegaugeError {
  return new FinegaugeError("cli.usage", message, { hint });
}
