import { functionKinds } from "../completion-fns/index.ts";
import { loadRegistry, type Registry } from "../registry/index.ts";
import { scorerKinds, upstreamClasses } from "../scorers/index.ts";
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

export async function openContext(options: CommonOptions & { concurrency?: number; timeout?: number }): Promise<Context> {
  const settings = await readSettings(options);
  const environment = readEnvironment();
  const registry = await loadRegistry({
    roots: settings.roots,
    packaged: settings.packaged,
    catalogue: { scorers: scorerKinds, functions: functionKinds, upstream: upstreamClasses },
    env: environment.variables,
  });
  return { settings, environment, registry, tool: `finegauge ${version()}` };
}
