import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { checkEvals, listEvals } from "./check-evals.ts";
import { commandScorer } from "./command-scorer.ts";
import { matchEvals } from "./match-evals.ts";
import { readPrices } from "./price-tables.ts";
import type { Registry, RegistryOptions, RegistryWarning } from "./registry.ts";
import { resolveCompletionFn } from "./resolve-completion-fn.ts";
import { resolveEval } from "./resolve-eval.ts";
import { showPath } from "./show-path.ts";
import { lazyTables } from "./tables.ts";

/**
 * A registry in openai/evals' format: `evals`, `eval_sets`, `modelgraded`, `completion-fns` (or `completion_fns`) and `data`, from
 * one root or several. Nothing but the roots' existence is looked at yet.
 *
 * @throws FinegaugeError `registry.invalid` for a root that is no folder
 */
export function loadRegistry(options: RegistryOptions): Registry {
  const { roots, packaged, catalogue, env = {}, evalArgs = {}, cwd = process.cwd() } = options;
  const folders = new Set<string>();
  for (const root of [...(packaged === undefined ? [] : [packaged]), ...roots]) {
    const path = resolve(cwd, root);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new FinegaugeError("registry.invalid", `there is no registry folder ${showPath(path, cwd)}`, {
        hint: "a registry is a folder with `evals` and `data` in it",
      });
    }
    // The packaged registry may be named as a root too: then it is read once, at its later place.
    const real = realpathSync(path);
    folders.delete(real);
    folders.add(real);
  }
  const warnings = new Map<string, RegistryWarning>();
  const warn = (warning: RegistryWarning) => void warnings.set(JSON.stringify(warning), warning);
  const shipped = packaged === undefined ? undefined : realpathSync(resolve(cwd, packaged));
  const tables = lazyTables([...folders], { catalogue, env, evalArgs, cwd: realpathSync(cwd), warn }, shipped);
  return {
    async eval(name) {
      const resolved = await resolveEval(tables, name);
      for (const warning of resolved.warnings) warn(warning);
      return resolved;
    },
    matchEvals: async (pattern) => matchEvals(tables, pattern),
    listEvals: async () => listEvals(tables),
    check: ({ full = false } = {}) => checkEvals(tables, full),
    scorer: (named, option) => commandScorer(tables, named, option, warn),
    completionFn: (name) => resolveCompletionFn(tables, name),
    completionFnNames: async () => [...tables.completionFns.names()].sort(),
    prices: async () => readPrices([...folders], realpathSync(cwd)),
    get warnings() {
      return [...warnings.values()];
    },
  };
}
