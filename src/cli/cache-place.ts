import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Environment } from "./environment.ts";

/** Where somebody wants the cache to be, the command line first. */
export interface CachePlace {
  readonly dir?: string | undefined;
  /** Of finegauge.yaml, absolute. */
  readonly settings?: string | undefined;
  readonly environment: Pick<Environment, "variables">;
}

/** The file of the cache: where asked for, else among the other caches of this user. */
export function cacheFile({ dir, settings, environment: { variables } }: CachePlace, platform = process.platform): string {
  const given = dir ?? (variables.FINEGAUGE_CACHE || undefined) ?? settings;
  return join(given === undefined ? userCacheFolder(variables, platform) : resolve(given), "replies.db");
}

function userCacheFolder(variables: Environment["variables"], platform: NodeJS.Platform): string {
  if (variables.XDG_CACHE_HOME) return join(variables.XDG_CACHE_HOME, "finegauge");
  if (platform === "darwin") return join(homedir(), "Library/Caches/finegauge");
  if (platform === "win32") return join(variables.LOCALAPPDATA ?? join(homedir(), "AppData/Local"), "finegauge", "Cache");
  return join(homedir(), ".cache/finegauge");
}
