import { styleText } from "node:util";
import { type CachedModel, responseCache } from "../completion-fns/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { age, fileSize, whole } from "../core/figures.ts";
import { nearestNames } from "../core/nearest.ts";
import { parseAge, parseSize } from "./cache-limits.ts";
import { cacheFile } from "./cache-place.ts";
import type { CommonOptions } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { nameGlob } from "./name-glob.ts";
import { near } from "./near.ts";
import { note } from "./progress.ts";
import { readSettings } from "./settings.ts";
import { type Cell, oneLine, table } from "./table.ts";

interface CacheCommandOptions extends CommonOptions {
  readonly cacheDir?: string;
  readonly olderThan?: string;
  /** Names or globs, several with commas. */
  readonly model?: readonly string[];
  readonly maxSize?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

const actions = ["list", "prune"];

/** `finegauge cache list`, `finegauge cache prune`. */
export async function cache(action: string, options: CacheCommandOptions): Promise<void> {
  if (!actions.includes(action)) {
    throw new FinegaugeError("cli.usage", `cache cannot ${action}`, {
      nearest: nearestNames(action, actions),
      hint: "finegauge cache list, or cache prune",
    });
  }
  const rules = action === "prune" ? rulesOf(options) : undefined;
  const settings = await readSettings(options);
  const file = cacheFile({ dir: options.cacheDir, settings: settings.cacheDir, environment: readEnvironment() });
  const inventory = await (await responseCache()).openInventory(file);
  try {
    const models = inventory?.list() ?? [];
    if (rules === undefined) {
      printList(models, file, inventory?.fileBytes() ?? 0, options);
      return;
    }
    const { of, ...limits } = rules;
    const chosen = of && models.filter(({ name, identity }) => of(name) || of(identity.model));
    const gone = inventory?.prune({ ...limits, ...(chosen && { models: chosen.map(({ id }) => id) }) }, options.dryRun ?? false);
    printGone(gone ?? { entries: 0, bytes: 0 }, file, options);
  } finally {
    inventory?.close();
  }
}

/** @throws FinegaugeError `cli.usage`: nothing is pruned that nobody named */
function rulesOf({ olderThan, model, maxSize, all }: CacheCommandOptions) {
  const names = model?.flatMap((list) => list.split(",")).flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
  const limited = olderThan !== undefined || names !== undefined || maxSize !== undefined;
  if (limited === (all === true)) {
    const message = limited ? "--all goes with no other limit" : "it is not said what to prune";
    throw new FinegaugeError("cli.usage", message, { hint: "--older-than 30d, --model NAME, --max-size 1gb, or --all" });
  }
  const globs = names?.map(nameGlob);
  return {
    ...(olderThan !== undefined && { before: Date.now() - parseAge(olderThan) }),
    ...(maxSize !== undefined && { maxBytes: parseSize(maxSize) }),
    ...(globs && { of: (name: string) => globs.some((glob) => glob(name)) }),
  };
}

function printList(models: readonly CachedModel[], file: string, bytes: number, options: CacheCommandOptions): void {
  if (options.json) {
    const rows = models.map(({ name, identity, entries, bytes: size, oldest, newest }) => ({
      name,
      fn: identity.fn,
      model: identity.model,
      entries,
      bytes: size,
      oldest: new Date(oldest).toISOString(),
      newest: new Date(newest).toISOString(),
    }));
    process.stdout.write(`${JSON.stringify({ file, bytes, models: rows }, null, 2)}\n`);
    return;
  }
  if (models.length === 0) {
    note(`no replies in ${near(file)}; finegauge run … --cache on keeps them`, options);
    return;
  }
  const now = Date.now();
  const right = (text: string): Cell => ({ text, right: true });
  const head = ["name", "class", "model", "replies", "size", "oldest", "newest"].map((text, at) => ({
    text: styleText("dim", text, { stream: process.stdout }),
    right: at > 2,
  }));
  const rows = models.map(({ name, identity, entries, bytes: size, oldest, newest }) => [
    { text: oneLine(name, 60) },
    { text: oneLine(identity.fn, 20) },
    { text: oneLine(identity.model, 60) },
    right(whole(entries)),
    right(fileSize(size)),
    right(age(now - oldest)),
    right(age(now - newest)),
  ]);
  const lines = [...table([head, ...rows]), `${fileSize(bytes)} in ${near(file)}`];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function printGone(gone: { entries: number; bytes: number }, file: string, options: CacheCommandOptions): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ file, ...gone, dry_run: options.dryRun ?? false }, null, 2)}\n`);
    return;
  }
  const many = `${whole(gone.entries)} ${gone.entries === 1 ? "reply" : "replies"}, ${fileSize(gone.bytes)}`;
  process.stdout.write(`${options.dryRun ? "would be pruned" : "pruned"}: ${many}\n`);
}
