import { statSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { LeakageFacts } from "../core/comparison.ts";
import { FinegaugeError } from "../core/errors.ts";
import { fileSize } from "../core/figures.ts";
import { type LeakKind, leakFormat, leakKinds } from "../core/leakage.ts";
import { leakageWords } from "../core/leakage-words.ts";
import type { Sample, SampleSource } from "../core/sample.ts";
import type { KnownLeakage, Stop } from "../engine/index.ts";
import { openSamples, type ResolvedEval } from "../registry/index.ts";
import { filesHash, keepLeaks, keptLeaks, readAs } from "./leakage-cache.ts";
import { kindsByItem, type LeakFile } from "./leakage-file.ts";
import { counted } from "./numbers.ts";
import { note } from "./progress.ts";
import { oneLine } from "./table.ts";
import { wrapWords } from "./wrap-words.ts";

export interface LeakageOptions {
  /** Where runs go; what was found is kept below it. */
  readonly out: string;
  /** Say on stderr what was found. */
  readonly announce: boolean;
  readonly quiet?: boolean | undefined;
  readonly stop?: Stop | undefined;
}

/** What was found, and how the next run finds it again. */
export interface CheckedLeakage {
  readonly known: KnownLeakage;
  /** Writes down what was looked for just now: for when something is written anyway, never before a command that may yet be refused. */
  keep(): Promise<void>;
}

/** A training file that is larger than this keeps people waiting for longer than they do unasked: some seconds. */
const longRead = 50_000_000;
/** Rows after which a signal may come through. */
const rowsPerTurn = 4096;

/**
 * Looks for all samples of an eval in the training data that it names, or takes what was found there before: nothing is looked for twice
 * while neither file changes.
 *
 * @returns undefined for an eval that names none
 * @throws FinegaugeError `data.missing` with the place of `train:`, `data.invalid` with the line of the training data, the stop's reason
 */
export async function checkLeakage(
  resolved: ResolvedEval,
  source: SampleSource,
  options: LeakageOptions,
): Promise<CheckedLeakage | undefined> {
  const { spec, trainPaths, trainFault } = resolved;
  if (trainFault !== undefined) throw trainFault;
  if (spec.train === undefined) return undefined;
  const train = isAbsolute(spec.train) ? basename(spec.train) : spec.train;
  const key = {
    out: options.out,
    trainHash: await filesHash(trainPaths),
    evalHash: source.dataHash,
    trainAs: readAs(trainPaths),
  };
  const kept = keptLeaks(key);
  if (kept === undefined) {
    const bytes = trainPaths.reduce((sum, path) => sum + statSync(path).size, 0);
    if (options.announce && bytes > longRead) {
      note(`looking for ${counted(source.total, "sample")} in ${oneLine(train, 200)}, ${fileSize(bytes)}`, options);
    }
  }
  const found =
    kept ?? (await findAll(resolved, { train, trainHash: key.trainHash, evalHash: key.evalHash, stop: options.stop }));
  const { head, leaks } = found;
  const kinds = kindsByItem(found);
  const asked = source.selected === source.total ? leaks.map(({ kind }) => kind) : selectedKinds(source, kinds);
  if (options.announce) {
    const words = leakageWords({ train, leaked: asked.length, of: source.selected, kinds: countKinds(asked) });
    note(wrapWords(`leakage: ${oneLine(words, 300)}`, process.stderr.columns).join("\n"), options);
  }
  return {
    known: {
      facts: { train, train_hash: head.train_hash, train_rows: head.train_rows, leaked: asked.length },
      kindOf: (item) => kinds.get(item),
    },
    keep: async () => {
      if (kept === undefined) await keepLeaks(key, found);
    },
  };
}

function countKinds(found: readonly LeakKind[]): LeakageFacts["kinds"] {
  const counts = leakKinds.map((kind) => [kind, found.filter((one) => one === kind).length] as const);
  return Object.fromEntries(counts.filter(([, n]) => n > 0));
}

/** All samples, not only those that this run asks: so it holds for the next run too. */
async function findAll(
  resolved: ResolvedEval,
  { train, trainHash, evalHash, stop }: { train: string; trainHash: string; evalHash: string; stop: Stop | undefined },
): Promise<LeakFile> {
  const { findLeaks, readTrainingRows } = await import("../finetune-data/index.ts");
  const all = await openSamples({ eval: resolved, order: "file" });
  async function* rows() {
    let before = 0;
    for (const path of resolved.trainPaths) {
      let last = before;
      for await (const row of readTrainingRows(path)) {
        last = before + row.row;
        if (last % rowsPerTurn === 0) {
          await nextTurn();
          refuseStopped(stop);
        }
        yield { ...row, row: last };
      }
      before = last;
    }
  }
  try {
    const { leaks, summary } = await findLeaks({ train: rows(), samples: samplesOf(all) });
    return {
      head: {
        type: "leaks",
        format: leakFormat,
        train,
        eval: resolved.spec.name,
        train_hash: trainHash,
        eval_hash: evalHash,
        train_rows: summary.train_rows,
        samples: all.total,
        leaked: leaks.length,
      },
      leaks,
    };
  } finally {
    all.close();
  }
}

/** Nothing was asked yet, so that nothing is lost. */
function refuseStopped(stop: Stop | undefined): void {
  if (stop === undefined || !stop.drain.aborted) return;
  throw new FinegaugeError(stop.reason() ?? "run.interrupted", "stopped while looking for samples in the training data", {
    hint: "nothing was asked; the same command begins again",
  });
}

function* samplesOf(source: SampleSource): Generator<Sample> {
  for (let position = 0; position < source.selected; position++) yield source.at(position);
}

function selectedKinds(source: SampleSource, kinds: ReadonlyMap<string, LeakKind>): LeakKind[] {
  if (kinds.size === 0) return [];
  return [...samplesOf(source)].flatMap(({ hashes }) => kinds.get(hashes.item) ?? []);
}
