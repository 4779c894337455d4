import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";

const names = z.union([z.string(), z.array(z.string())]).transform((value) => (typeof value === "string" ? [value] : value));

/** `finegauge.yaml`: what would be repeated on every command line. */
export const settingsSchema = z.strictObject({
  /** Registry folders, relative to this file. */
  registry: names.optional(),
  /** Where runs are written, relative to this file. */
  out: z.string().optional(),
  /** Where baselines are, relative to this file. */
  baselines: z.string().optional(),
  /** What `finegauge run` runs when nothing is named. */
  models: names.optional(),
  evals: names.optional(),
  concurrency: z.union([z.literal("auto"), z.int().positive()]).optional(),
  timeout: z.number().positive().optional(),
  /** Dollars from which on a terminal is asked first. */
  confirm_above: z.number().nonnegative().optional(),
  /** What `finegauge run` does with the response cache. */
  cache: z.enum(["on", "refresh", "only", "off"]).optional(),
  /** Folder of the response cache, relative to this file. */
  cache_dir: z.string().optional(),
});

export interface Settings {
  /** Absolute; later ones override earlier ones. */
  readonly roots: readonly string[];
  /** The registry that ships with the package; undefined when it is among the roots already. */
  readonly packaged: string | undefined;
  readonly out: string;
  readonly baselines: string;
  readonly models: readonly string[];
  readonly evals: readonly string[];
  /** undefined = auto. */
  readonly concurrency: number | undefined;
  readonly timeoutMs: number;
  /** Dollars that are spent without a question. */
  readonly confirmAbove: number;
  readonly cache: "on" | "refresh" | "only" | "off";
  /** Absolute; undefined = the user's. */
  readonly cacheDir: string | undefined;
}

/** The packaged registry lies two folders up both from `src/cli` and from `dist/cli`. */
const packagedRegistry = fileURLToPath(new URL("../../registry", import.meta.url));

/** Command line over `finegauge.yaml` over defaults. */
export async function readSettings(
  options: {
    registry?: readonly string[] | undefined;
    out?: string | undefined;
    baselines?: string | undefined;
    concurrency?: number | "auto" | undefined;
    timeout?: number | undefined;
  },
  cwd = process.cwd(),
): Promise<Settings> {
  const file = join(cwd, "finegauge.yaml");
  const found = existsSync(file) ? await parse(file) : {};
  const beside = dirname(file);
  const own =
    found.registry?.map((root) => resolve(beside, root)) ?? (existsSync(join(cwd, "registry")) ? [join(cwd, "registry")] : []);
  const roots = [...own, ...(options.registry ?? []).map((root) => existing(resolve(cwd, root)))];
  const concurrency = options.concurrency ?? found.concurrency;
  const isPackaged = (root: string) => existsSync(root) && realpathSync(root) === realpathSync(packagedRegistry);
  return {
    roots,
    packaged: roots.some(isPackaged) ? undefined : packagedRegistry,
    out: options.out ?? (found.out === undefined ? "reports" : resolve(beside, found.out)),
    baselines: options.baselines ?? (found.baselines === undefined ? "baselines" : resolve(beside, found.baselines)),
    models: found.models ?? [],
    evals: found.evals ?? [],
    concurrency: concurrency === "auto" ? undefined : concurrency,
    // What a timer can hold: 24 days.
    timeoutMs: Math.min((options.timeout ?? found.timeout ?? 120) * 1000, 2 ** 31 - 1),
    confirmAbove: found.confirm_above ?? 1,
    cache: found.cache ?? "off",
    cacheDir: found.cache_dir === undefined ? undefined : resolve(beside, found.cache_dir),
  };
}

function existing(root: string): string {
  if (existsSync(root)) return root;
  throw new FinegaugeError("cli.usage", `there is no registry folder ${root}`, {
    hint: "--registry takes a folder with evals/ and data/ in it",
  });
}

async function parse(file: string): Promise<z.infer<typeof settingsSchema>> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new FinegaugeError("registry.invalid", broken.message, { where: { file, line, column: col } });
  }
  const result = settingsSchema.safeParse(plain(document, file) ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const key = unknown ?? issue?.path[0];
  const node = key === undefined ? undefined : document.contents;
  const at =
    node && "items" in node
      ? (node.items as { key?: { value?: unknown; range?: [number, number, number] } }[]).find((item) => item.key?.value === key)
      : undefined;
  const place = at?.key?.range === undefined ? undefined : lines.linePos(at.key.range[0]);
  throw new FinegaugeError(
    "registry.invalid",
    unknown === undefined ? [key, issue?.message].filter((part) => part !== undefined).join(": ") : `unknown key ${unknown}`,
    {
      where: { file, line: place?.line, column: place?.col },
      nearest: unknown === undefined ? [] : nearestNames(unknown, Object.keys(settingsSchema.shape)),
      hint: `keys: ${Object.keys(settingsSchema.shape).join(", ")}`,
    },
  );
}

/** An alias of nothing, or one that stands for too much, only shows itself when values are made. */
function plain(document: { toJS(): unknown }, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new FinegaugeError("registry.invalid", messageOf(error), { where: { file } });
  }
}
