import type { Catalogue } from "../core/catalogue.ts";
import type { Bag } from "../core/json.ts";
import { loadRegistry, type Registry } from "../registry/index.ts";
import { catalogue } from "./catalogue.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import type { ModelReference } from "./open-models.ts";
import { readSettings, type Settings } from "./settings.ts";
import { version } from "./version.ts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly seed?: number;
  readonly registry?: readonly string[];
  readonly yes?: boolean;
  readonly debug?: boolean;
  readonly out?: string;
}

/** What a command works with. */
export interface Context {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly registry: Registry;
  /** Models that are no names but values. */
  readonly given?: readonly ModelReference[] | undefined;
  /** `finegauge 0.1.0`. */
  readonly tool: string;
}

/** What a context holds besides what files and the environment say. */
interface ContextMore {
  readonly given?: readonly ModelReference[] | undefined;
  /** Another registry root, over all others. */
  readonly root?: string | undefined;
  /** Scorers by name besides those that there are. */
  readonly scorers?: Catalogue["scorers"] | undefined;
  /** Over the arguments of whichever eval is asked for. */
  readonly evalArgs?: Bag | undefined;
}

type ContextOptions = {
  readonly registry?: readonly string[] | undefined;
  readonly out?: string | undefined;
  readonly baselines?: string | undefined;
  readonly concurrency?: number | "auto" | undefined;
  readonly timeout?: number | undefined;
};

export async function openContext(options: ContextOptions, more: ContextMore = {}): Promise<Context> {
  const { given, root, scorers, evalArgs } = more;
  const settings = await readSettings(options);
  const environment = readEnvironment();
  const registry = await loadRegistry({
    roots: root === undefined ? settings.roots : [...settings.roots, root],
    packaged: settings.packaged,
    catalogue: { ...catalogue, scorers: { ...catalogue.scorers, ...scorers } },
    env: environment.variables,
    evalArgs,
  });
  return { settings, environment, registry, given, tool: `finegauge ${version()}` };
}
