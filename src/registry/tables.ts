import type { Catalogue } from "../core/catalogue.ts";
import type { Bag } from "../core/json.ts";
import type { RegistryWarning } from "./registry.ts";
import { type ResourceTable, readTable } from "./resource-table.ts";
import { showPath } from "./show-path.ts";

const resources = {
  evals: { noun: "eval", folders: ["evals"] },
  evalSets: { noun: "eval set", folders: ["eval_sets"] },
  modelgraded: { noun: "grading prompt", folders: ["modelgraded"] },
  completionFns: { noun: "completion function", folders: ["completion-fns", "completion_fns"] },
  solvers: { noun: "solver", folders: ["solvers"] },
} as const;

/** What the parts of the registry share. A table is read when it is first asked for. */
export interface Tables {
  readonly evals: ResourceTable;
  readonly evalSets: ResourceTable;
  readonly modelgraded: ResourceTable;
  readonly completionFns: ResourceTable;
  readonly solvers: ResourceTable;
  readonly catalogue: Catalogue;
  readonly env: { readonly [name: string]: string | undefined };
  /** Over the arguments of whichever eval is asked for. */
  readonly evalArgs: Bag;
  readonly cwd: string;
  /** Keeps a warning, once. */
  warn(warning: RegistryWarning): void;
}

/**
 * @param roots a later one overrides an earlier one
 * @param packaged the one among them that ships with the package. Its grading prompts are called as openai/evals' own are, so that an
 *   eval finds one; a registry that brings its own along, as upstream's does, is not warned of each.
 */
export function lazyTables(
  roots: readonly string[],
  shared: Pick<Tables, "catalogue" | "env" | "evalArgs" | "cwd" | "warn">,
  packaged?: string,
): Tables {
  const read = new Map<keyof typeof resources, ResourceTable>();
  const table = (name: keyof typeof resources): ResourceTable => {
    const known = read.get(name);
    if (known !== undefined) return known;
    const { cwd, warn } = shared;
    const yielding = name === "modelgraded" ? packaged : undefined;
    const fresh = readTable({ ...resources[name], roots, yielding, packaged, show: (file) => showPath(file, cwd), warn });
    read.set(name, fresh);
    return fresh;
  };
  return {
    ...shared,
    get evals() {
      return table("evals");
    },
    get evalSets() {
      return table("evalSets");
    },
    get modelgraded() {
      return table("modelgraded");
    },
    get completionFns() {
      return table("completionFns");
    },
    get solvers() {
      return table("solvers");
    },
  };
}
