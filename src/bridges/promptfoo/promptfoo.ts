import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { FinegaugeError, messageOf } from "../../core/errors.ts";

/** A model as promptfoo sees it; all that is used of it. What it answers is not checked yet. */
export interface Provider {
  id(): string;
  callApi(prompt: string, context?: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
  callEmbeddingApi?(text: string): Promise<unknown>;
  cleanup?(): void | Promise<void>;
}

/** What is used of the package: its public functions, by their names there. */
export interface Promptfoo {
  readonly version: string;
  loadApiProvider(id: string, context: { options: { config: object }; basePath: string; env: object }): Promise<Provider>;
  runAssertion(options: object): Promise<unknown>;
  /** Kinds of assertion without `not-`; empty where the package does not say. */
  readonly assertionTypes: readonly string[];
}

const manifestSchema = z.object({
  version: z.string(),
  exports: z.object({ ".": z.object({ import: z.string() }) }),
});

const packageSchema = z.object({
  loadApiProvider: z.custom<Promptfoo["loadApiProvider"]>(isFunction),
  assertions: z.object({ runAssertion: z.custom<Promptfoo["runAssertion"]>(isFunction) }),
  cache: z.object({ disableCache: z.custom<() => void>(isFunction) }),
  BaseAssertionTypesSchema: z.object({ options: z.array(z.string()) }).optional(),
});

const hint = "npm install promptfoo";

let loading: Promise<Promptfoo> | undefined;

/**
 * The optional package promptfoo, loaded on first use: the one of the working directory, else one installed beside Finegauge.
 *
 * It keeps to itself: no telemetry, no look for updates, no cache, no log, its files in a temporary folder.
 *
 * @throws FinegaugeError `install.peer-missing`
 */
export function loadPromptfoo(): Promise<Promptfoo> {
  loading ??= load(process.cwd());
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

async function load(folder: string): Promise<Promptfoo> {
  const manifest = manifestOf(pathToFileURL(join(folder, "package.json")).href) ?? manifestOf(import.meta.url);
  if (manifest === undefined) {
    throw new FinegaugeError("install.peer-missing", "the package promptfoo is not installed", { hint });
  }
  let loaded: unknown;
  const restore = quieten();
  try {
    loaded = await import(pathToFileURL(manifest.entry).href);
  } catch (cause) {
    throw unusable(manifest.version, messageOf(cause), cause);
  } finally {
    restore();
  }
  const checked = packageSchema.safeParse(loaded);
  if (!checked.success) throw unusable(manifest.version, `${checked.error.issues[0]?.path.join(".")} is missing`);
  const { loadApiProvider, assertions, cache, BaseAssertionTypesSchema: types } = checked.data;
  cache.disableCache();
  sendNoReports();
  keepQuiet();
  return {
    version: manifest.version,
    loadApiProvider,
    runAssertion: assertions.runAssertion,
    assertionTypes: types?.options ?? [],
  };
}

function unusable(version: string, why: string, cause?: unknown): FinegaugeError {
  const message = `promptfoo ${version} cannot be used: ${why}`;
  return new FinegaugeError("install.peer-missing", message, { hint: `${hint}@latest`, cause });
}

/** By hand, since `import` looks for a package beside this file alone. */
function manifestOf(from: string): { readonly version: string; readonly entry: string } | undefined {
  try {
    const file = findPackageJSON("promptfoo", from);
    if (file === undefined) return undefined;
    const { version, exports } = manifestSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return { version, entry: join(dirname(file), exports["."].import) };
  } catch {
    return undefined;
  }
}

/**
 * Settings that the package takes from the environment and from nowhere else. What the user has set stays, except for what would send
 * something somewhere.
 *
 * @returns puts back what only matters while the package is loaded
 */
function quieten(): () => void {
  const { env } = process;
  env.PROMPTFOO_DISABLE_TELEMETRY = "1";
  env.PROMPTFOO_DISABLE_UPDATE = "1";
  env.PROMPTFOO_DISABLE_SHARING = "1";
  env.PROMPTFOO_DISABLE_REMOTE_GENERATION = "1";
  env.PROMPTFOO_CACHE_ENABLED = "false";
  // With its four to a server, requests would wait in a queue of its own, and the wait would count as latency.
  env.PROMPTFOO_FETCH_CONNECTIONS ??= "256";
  env.PROMPTFOO_DISABLE_DEBUG_LOG = "1";
  env.PROMPTFOO_DISABLE_ERROR_LOG = "1";
  if (env.PROMPTFOO_CONFIG_DIR === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "finegauge-promptfoo-"));
    env.PROMPTFOO_CONFIG_DIR = folder;
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  // No level of its logger is called so: it writes nothing, where `error` would write into our output.
  const level = env.LOG_LEVEL;
  env.LOG_LEVEL = "silent";
  return () => {
    if (level === undefined) delete env.LOG_LEVEL;
    else env.LOG_LEVEL = level;
  };
}

/** Its HTTP client warns of itself on our stderr. */
function keepQuiet(): void {
  const real = process.emitWarning;
  process.emitWarning = (...args: unknown[]) => {
    if (!String(args[0]).startsWith("DecompressInterceptor is experimental")) Reflect.apply(real, process, args);
  };
}

/** Some providers report their use even with telemetry off: to say that it is off. */
function sendNoReports(): void {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return isReport(url) ? Promise.reject(new TypeError("telemetry is off")) : real(input, init);
  };
}

function isReport(url: string): boolean {
  return URL.canParse(url) && /^[ar]\.promptfoo\.app$/.test(new URL(url).hostname);
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
