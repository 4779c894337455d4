import { existsSync, globSync } from "node:fs";
import { basename, resolve } from "node:path";
import { shownProvider } from "../bridges/index.ts";
import { openWrap, wrapFn } from "../completion-fns/index.ts";
import type { FunctionSetup } from "../core/catalogue.ts";
import type { CompletionFn, Sampling } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import type { Prompt } from "../core/message.ts";
import { nearestNames } from "../core/nearest.ts";
import type { KnownPrice, Registry } from "../registry/index.ts";
import { functionKinds } from "./catalogue.ts";
import type { Environment } from "./environment.ts";
import { pricedFn } from "./price-fn.ts";

/** A model that the command line names, found but not opened. */
export interface ModelReference {
  readonly name: string;
  /** Under the command line's sampling, over the eval's. */
  readonly sampling: Sampling;
  /** Of the completion function: `openai`. */
  readonly class: string;
  /** undefined = unknown, which is not 0. */
  readonly price: KnownPrice | undefined;
  /** What its arguments say that it answers at once. */
  readonly concurrencyMax: number | undefined;
  /** What `wrap:` puts around a prompt: known without a key and without a server. */
  wrap(): Promise<(prompt: Prompt) => Prompt>;
  /** Its replies say what they cost, where a price is known. */
  open(): Promise<CompletionFn>;
}

export interface OpeningSetup {
  readonly registry: Registry;
  readonly environment: Environment;
  /** Models that are no names but values: found by their names before everything else. */
  readonly given?: readonly ModelReference[] | undefined;
  readonly concurrency: number | undefined;
  readonly timeoutMs: number;
  /** Seconds, asked for on the command line: over what the registry says. */
  readonly timeoutAsked?: number | undefined;
  /** They will say who they are, and are asked nothing: no key is needed. */
  readonly silent?: boolean | undefined;
}

/** Reached without a bill: in this process, on a server of one's own, or from a file. */
export function isLocal({ class: name }: Pick<ModelReference, "class">): boolean {
  return ["llama", "llama-server", "replay"].includes(name);
}

/** Whatever it is asked goes over a network: a dry run leaves it alone. */
export function isRemote({ class: name }: Pick<ModelReference, "class">): boolean {
  return ["openai", "azure", "http", "llama-server", "promptfoo"].includes(name);
}

/** Bare names that OpenAI's API knows. */
const openaiName = /^(ft:|gpt-|chatgpt-|o\d|davinci-002|babbage-002|codex-)/;

/** Prefix on the command line to the argument that takes what follows it. */
const prefixes = new Map([
  ["openai", "model"],
  ["azure", "deployment"],
  ["llama-server", "url"],
  ["promptfoo", "provider"],
]);

/**
 * The models that a text such as `tickets-*,openai:gpt-4.1-mini` names, each once, in that order.
 *
 * @throws FinegaugeError `registry.unknown-name` with the nearest names
 */
export async function findModels(texts: readonly string[], setup: OpeningSetup): Promise<ModelReference[]> {
  const given = new Map(setup.given?.map((one) => [one.name, one]));
  const known = [...given.keys(), ...(await setup.registry.completionFnNames())];
  const parts = texts
    .flatMap((list) => list.split(","))
    .map((part) => part.trim())
    .filter((part) => part !== "");
  // A file's name hangs on what the others are called, so all are found before one is named.
  const named = new Map(parts.filter((part) => !known.includes(part)).map((part) => [part, filesOf(part)]));
  const all = [...new Set([...named.values()].flat())];
  const found = new Map<string, ModelReference>();
  for (const text of parts) {
    const paths = named.get(text) ?? [];
    const models =
      paths.length > 0
        ? await Promise.all(paths.map((file) => fromFile(text, file, shortestName(file, all), setup)))
        : given.has(text)
          ? [given.get(text) as ModelReference]
          : await find(text, known, setup);
    for (const model of models) found.set(model.name, model);
  }
  return [...found.values()];
}

async function find(text: string, known: readonly string[], setup: OpeningSetup): Promise<ModelReference[]> {
  if (known.includes(text)) return [await fromRegistry(text, setup)];
  if (text.includes("*")) {
    const fits = globToRegExp(text);
    const names = known.filter((name) => fits.test(name));
    if (names.length > 0) return Promise.all(names.map((name) => fromRegistry(name, setup)));
  }
  const [prefix, rest] = splitPrefix(text);
  const argument = prefix === undefined ? undefined : prefixes.get(prefix);
  if (prefix !== undefined && argument !== undefined && rest !== "") {
    return [await fromClass(prefix, { [argument]: rest }, nameOf(prefix, rest), setup)];
  }
  if (openaiName.test(text)) return [await fromClass("openai", { model: text }, text, setup)];
  // A name that the registry has but cannot use says why itself.
  if ((await setup.registry.completionFn(text)) !== undefined) return [await fromRegistry(text, setup)];
  if (await isEval(text, setup.registry)) {
    throw new FinegaugeError("registry.unknown-name", `no model named "${text}"`, { hint: `${text} is an eval: ${modelsFirst}` });
  }
  throw new FinegaugeError("registry.unknown-name", `no model named "${text}"`, {
    nearest: nearestNames(text, known),
    hint: `known: ${known.slice(0, 8).join(", ")}${known.length > 8 ? ", …" : ""}; or openai:<model>, azure:<deployment>, a .gguf file, llama-server:<url>, replay:<run file>, promptfoo:<provider id>, a .ts or .js file`,
  });
}

/** What somebody wants to know who named an eval where models stand. */
export const modelsFirst = "models come first, finegauge run <models> <evals>";

async function isEval(text: string, registry: Registry): Promise<boolean> {
  try {
    return (await registry.matchEvals(text)).length > 0;
  } catch (error) {
    if (error instanceof FinegaugeError) return false;
    throw error;
  }
}

function splitPrefix(text: string): [string | undefined, string] {
  const colon = text.indexOf(":");
  return colon < 0 ? [undefined, text] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Without paths and credentials: it stands in the run file. */
function nameOf(prefix: string, rest: string): string {
  if (prefix === "promptfoo") return `${prefix}:${shownProvider(rest)}`;
  if (prefix !== "llama-server") return `${prefix}:${rest}`;
  return URL.canParse(rest) ? `${prefix}:${new URL(rest).host}` : `${prefix}:${basename(rest)}`;
}

const replayPrefix = "replay:";

/** The files that a text names: models, plug-ins, recorded runs; none when it names something else. */
function filesOf(text: string): string[] {
  if (text.startsWith(replayPrefix) && text !== replayPrefix) return [resolve(text.slice(replayPrefix.length))];
  // Its providers may be files too, of its own kind.
  if (text.startsWith("promptfoo:")) return [];
  if (/\.gguf$/i.test(text)) return files(text);
  return /\.[cm]?[jt]s$/.test(text) ? [resolve(text)] : [];
}

function fromFile(text: string, file: string, name: string, setup: OpeningSetup): Promise<ModelReference> {
  if (text.startsWith(replayPrefix)) return fromClass("replay", { file }, `${replayPrefix}${name}`, setup);
  return /\.gguf$/i.test(file) ? fromClass("llama", { model: file }, name, setup) : fromClass("module", { file }, name, setup);
}

function files(pattern: string): string[] {
  if (existsSync(pattern) || !/[*?[{]/.test(pattern)) return [resolve(pattern)];
  const found = globSync(pattern).sort();
  if (found.length > 0) return found.map((file) => resolve(file));
  throw new FinegaugeError("registry.unknown-name", `no file fits ${pattern}`, {
    hint: "quote a glob, so that the shell leaves it alone",
  });
}

/** The end of a path that tells it from the others: `model.gguf`, or `step-200/model.gguf` where several are called so. */
function shortestName(file: string, all: readonly string[]): string {
  const parts = file.split(/[\\/]/);
  for (let count = 1; count < parts.length; count++) {
    const name = parts.slice(-count).join("/");
    if (all.filter((other) => other === file || other.replaceAll("\\", "/").endsWith(`/${name}`)).length === 1) return name;
  }
  return basename(file);
}

function globToRegExp(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );
}

function setupFor(name: string, setup: OpeningSetup, resolvePath: FunctionSetup["resolvePath"]): FunctionSetup {
  const { environment, concurrency, timeoutMs, silent } = setup;
  return { name, resolvePath, env: environment.variables, concurrency, timeoutMs, silent };
}

async function fromClass(className: string, args: Bag, name: string, setup: OpeningSetup): Promise<ModelReference> {
  const price = await listedPrice(className, args, setup);
  return {
    name,
    sampling: {},
    class: className,
    price,
    concurrencyMax: undefined,
    wrap: async () => (prompt) => prompt,
    open: async () => {
      const kind = await (functionKinds[className] as NonNullable<(typeof functionKinds)[string]>)();
      const checked = kind.args.safeParse(args);
      if (!checked.success) {
        const [issue] = checked.error.issues;
        throw new FinegaugeError("cli.usage", `"${name}" cannot be a model: ${issue?.path.join(".")}: ${issue?.message}`, {
          hint: "llama-server:http://127.0.0.1:8080, openai:<model>, azure:<deployment>, replay:<file>, promptfoo:<provider id>",
        });
      }
      const fn = kind.create(
        args,
        setupFor(name, setup, (file) => resolve(file)),
      );
      return pricedFn(await fn, price?.price);
    },
  };
}

async function fromRegistry(name: string, setup: OpeningSetup): Promise<ModelReference> {
  const entry = await setup.registry.completionFn(name);
  if (entry === undefined) throw new FinegaugeError("registry.unknown-name", `no model named "${name}"`);
  setup.environment.hide(Object.values((entry.args.headers ?? {}) as { [name: string]: string }));
  const { wrap } = entry;
  const price = entry.price === undefined ? await listedPrice(entry.class, entry.args, setup) : own(entry.price);
  return {
    name,
    sampling: entry.sampling,
    class: entry.class,
    price,
    concurrencyMax: typeof entry.args.concurrency_max === "number" ? entry.args.concurrency_max : undefined,
    wrap: async () => (wrap === undefined ? (prompt) => prompt : openWrap(wrap, entry)),
    open: async () => {
      const kind = functionKinds[entry.class];
      if (kind === undefined)
        throw new FinegaugeError("registry.not-portable", `class ${entry.class} is none of ours`, { where: entry.place });
      const asked = setup.timeoutAsked;
      const args = asked !== undefined && "timeout_s" in entry.args ? { ...entry.args, timeout_s: asked } : entry.args;
      const fn = await (await kind()).create(args, setupFor(name, setup, entry.resolvePath));
      return pricedFn(wrap === undefined ? fn : await wrapFn(fn, wrap, entry), price?.price);
    },
  };
}

function own(price: KnownPrice["price"]): KnownPrice {
  return { price, source: "own" };
}

/** What a deployment is called says nothing of what is deployed: only a price of one's own goes by it. */
async function listedPrice(className: string, args: Bag, { registry }: OpeningSetup): Promise<KnownPrice | undefined> {
  const find = await registry.prices();
  const { model, deployment } = args;
  if (typeof model === "string") return find(className, model);
  return typeof deployment === "string" ? find("", deployment) : undefined;
}
