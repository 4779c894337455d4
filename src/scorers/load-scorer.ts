import type { Completion } from "../core/completion.ts";
import { FinegaugeError, messageOf, type Place } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import type { Sample } from "../core/sample.ts";
import { loadModule } from "../io/load-module.ts";

/** What a plug-in is told about a reply. */
export interface PluginQuestion {
  /** The reply's text, without its reasoning. */
  readonly reply: string;
  readonly sample: Omit<Sample, "hashes">;
  readonly completion: Completion;
  /** In [0, 1), the same at every repetition of the run. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** A plug-in as we call it. What it answers is not checked yet. */
export interface ScorerPlugin {
  score(question: PluginQuestion): unknown;
  /** It may answer with a promise. */
  readonly late: boolean;
}

/**
 * Loads a scorer from a user's module and checks its shape: `scorer` or the default export is a function, or an object with a function
 * `score`; `createScorer(args)` makes one of these.
 *
 * @param named where the YAML names the module, and its arguments
 * @throws FinegaugeError `plugin.invalid`
 */
export async function loadScorer(
  file: string,
  args: Bag | undefined,
  named: { readonly module: Place; readonly args: Place },
): Promise<ScorerPlugin> {
  const invalid = (message: string, where = named.module, cause?: unknown) =>
    new FinegaugeError("plugin.invalid", `${message}`, { where, hint, cause });
  const exported = await loadModule(file).catch((error: unknown) => {
    throw error instanceof FinegaugeError && error.more.where?.line === undefined
      ? invalid(error.message, named.module, error)
      : error;
  });
  const { createScorer: factory } = exported;
  if (factory === undefined && args !== undefined)
    throw invalid("args are given, but the module exports no createScorer that takes them", named.args);
  if (factory !== undefined && typeof factory !== "function")
    throw invalid(`the module's createScorer is ${kindOf(factory)}, not a function`);

  let found = exported.scorer ?? exported.default;
  let name = exported.scorer === undefined ? "the module's default export" : "the module's scorer";
  if (factory !== undefined) {
    name = "what createScorer makes";
    try {
      found = await factory(args ?? {});
    } catch (cause) {
      throw invalid(`createScorer failed: ${messageOf(cause)}`, args === undefined ? named.module : named.args, cause);
    }
  }
  if (found === undefined && factory === undefined) {
    const has = Object.keys(exported).join(", ") || "nothing";
    throw invalid(`the module exports ${has}, but neither scorer, createScorer nor a default`);
  }
  return asScorer(found, name, invalid);
}

/**
 * A value as a scorer.
 *
 * @param name of the value, for messages
 */
export function asScorer(found: unknown, name: string, invalid: (message: string) => FinegaugeError): ScorerPlugin {
  if (typeof found === "function") return { score: found as ScorerPlugin["score"], late: isAsync(found) };
  if (typeof found !== "object" || found === null)
    throw invalid(`${name} is ${kindOf(found)}, neither a function nor an object with a function score`);
  const { score, late } = found as { score?: unknown; late?: unknown };
  if (typeof score !== "function")
    throw invalid(
      `${name} has ${score === undefined ? "no function score" : `a score that is ${kindOf(score)}, not a function`}`,
    );
  if (late !== undefined && typeof late !== "boolean")
    throw invalid(`${name} has a late that is ${kindOf(late)}, not true or false`);
  // Bound, since it may be an instance of a class.
  return { score: score.bind(found) as ScorerPlugin["score"], late: late ?? isAsync(score) };
}

const hint = "export function scorer({ reply, sample }) that gives true or false, a number, or { value, passed, … }";

function isAsync(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AsyncFunction]";
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return `a ${typeof value}`;
}
